import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { MeritorderError } from '../errors.ts'
import { type Outcomes, readOutcomes } from '../learn/outcomes.ts'
import { usageError } from './command.ts'

/** Reads a file of outcomes that the command line names; a file that is not there is wrong use. */
export function readExisting(path: string): Outcomes {
  if (!existsSync(path))
    throw usageError(`there is no file ${path}; docs/outcomes.md says what it should hold`)
  return readOutcomes(path)
}

/** SHA-256 of a file that was read, in hexadecimal digits: what was learned from it names it so. */
export function sha256Of(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex')
}

/** Data that cannot be worked with is the wrong data to call a command with: exit code 2. */
export async function asWrongUse(act: () => Promise<void>): Promise<void> {
  try {
    await act()
  } catch (error) {
    if (error instanceof MeritorderError && error.code === 'invalid_request') throw usageError(error.message)
    throw error
  }
}
