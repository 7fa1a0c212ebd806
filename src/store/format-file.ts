import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { MeritorderError } from '../errors.ts'
import { refuseNewer } from './migrate.ts'
import { SCHEMA_VERSION } from './migrations/all.ts'
import { writeFileDurably } from './sync-files.ts'

/**
 * `format.json` repeats the schema version beside the embedded database, so that a newer one is refused
 * at once, before the gateway accepts calls, while the database itself opens behind.
 */
const NAME = 'format.json'

/** Throws MeritorderError `server` when the data folder was written by a newer Meritorder, or the file is damaged. */
export function checkFormat(folder: string): void {
  const text = readFormat(folder)
  if (text === undefined) return
  const found = readSchema(text)
  if (found === undefined) {
    throw new MeritorderError(
      'server',
      `${join(folder, NAME)} is damaged: it must hold {"schema": <number>}. Put it back from a backup, or ` +
        'remove it; the database itself tells its schema too.',
    )
  }
  refuseNewer(found, SCHEMA_VERSION)
}

/** Notes that the folder's database now has this program's schema. */
export function writeFormat(folder: string): void {
  const text = `${JSON.stringify({ schema: SCHEMA_VERSION })}\n`
  if (readFormat(folder) !== text) writeFileDurably(join(folder, NAME), text)
}

function readFormat(folder: string): string | undefined {
  try {
    return readFileSync(join(folder, NAME), 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function readSchema(text: string): number | undefined {
  try {
    const schema = JSON.parse(text)?.schema
    return Number.isInteger(schema) && schema > 0 ? schema : undefined
  } catch {
    return undefined
  }
}
