import { existsSync } from 'node:fs'
import { MeritorderError } from '../errors.ts'
import { type Outcomes, readOutcomes } from '../learn/outcomes.ts'
import { usageError } from './command.ts'

/** Reads a file of outcomes that the command line names; a file that is not there is wrong use. */
export function readExisting(path: string): Outcomes {
  if (!existsSync(path))
    throw usageError(`there is no file ${path}; docs/outcomes.md says what it should hold`)
  return readOutcomes(path)
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
