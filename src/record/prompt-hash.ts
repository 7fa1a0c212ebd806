import { createHmac, randomBytes } from 'node:crypto'
import fs from 'node:fs'
import { join } from 'node:path'
import type { Log } from './log.ts'

const SALT_FILE = 'prompt-salt'
const SALT_BYTES = 32
/** Hex digits: two of a billion prompts are alike by chance with a probability of 10⁻¹¹. */
const DIGITS = 24

/**
 * Makes the hash of prompts whose words are not kept: HMAC-SHA-256 with a salt of this data folder, made when first needed,
 * so that nobody can try out prompts who has the hashes and not the folder. The same messages have the same hash.
 *
 * The returned function gives undefined while the salt can be neither read nor made, and logs that once: whoever was answered
 * shall not lose his answer for it.
 */
export function promptHasher(dataFolder: string, log: Log): (messages: unknown) => string | undefined {
  const path = join(dataFolder, SALT_FILE)
  let salt: Buffer | undefined
  let isTold = false
  return (messages) => {
    try {
      salt ??= saltOf(path)
    } catch (error) {
      if (!isTold) log.error({ path, problem: String(error) }, 'prompts get no hash: the salt cannot be used')
      isTold = true
      return undefined
    }
    return createHmac('sha256', salt).update(JSON.stringify(messages)).digest('hex').slice(0, DIGITS)
  }
}

function saltOf(path: string): Buffer {
  try {
    // Whoever comes second, in another process, reads what the first has written.
    fs.writeFileSync(path, randomBytes(SALT_BYTES), { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) {
      // Half a salt would be none for ever.
      fs.rmSync(path, { force: true })
      throw error
    }
  }
  const salt = fs.readFileSync(path)
  if (salt.length === SALT_BYTES) return salt
  throw new Error('it is not whole: remove it, and repeats of earlier prompts are not known any more')
}
