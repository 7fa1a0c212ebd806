import { createHmac, randomBytes } from 'node:crypto'
import fs from 'node:fs'
import { join } from 'node:path'
import { MeritorderError } from '../errors.ts'

const SALT_FILE = 'prompt-salt'
const SALT_BYTES = 32
/** Hex digits: two of a billion prompts are alike by chance with a probability of 10⁻¹¹. */
const DIGITS = 24

/**
 * Makes the hash of prompts whose words are not kept: HMAC-SHA-256 with a salt of this data folder, made when first needed,
 * so that nobody can try out prompts who has the hashes and not the folder. The same messages have the same hash.
 *
 * @throws MeritorderError `server`, from the hash, when the salt can be neither read nor made
 */
export function promptHasher(dataFolder: string): (messages: unknown) => string {
  let salt: Buffer | undefined
  return (messages) => {
    salt ??= saltOf(join(dataFolder, SALT_FILE))
    return createHmac('sha256', salt).update(JSON.stringify(messages)).digest('hex').slice(0, DIGITS)
  }
}

function saltOf(path: string): Buffer {
  try {
    // Whoever comes second, in another process, reads what the first has written.
    fs.writeFileSync(path, randomBytes(SALT_BYTES), { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw unusable(path, error)
  }
  const salt = fs.readFileSync(path)
  if (salt.length === SALT_BYTES) return salt
  throw unusable(path, 'it is not whole: remove it, and repeats of earlier prompts are not known any more')
}

function unusable(path: string, why: unknown): MeritorderError {
  return new MeritorderError('server', `The salt ${path} cannot be used: ${why}`)
}
