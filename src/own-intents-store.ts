import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeFileDurably } from './store/sync-files.ts'
import { FEATURES_VERSION } from './understand/features.ts'
import type { OwnIntent, OwnIntents } from './understand/own-intents.ts'
import {
  formatOwnIntentsFile,
  type OwnIntentsFile,
  parseOwnIntentsFile,
  usableOwnIntents,
} from './understand/own-intents-file.ts'

/** Where the intents that users add are kept, with their examples. */
export function ownIntentsPath(dataFolder: string): string {
  return join(dataFolder, 'intents.own.json')
}

/**
 * The own intents as `understand` asks them; undefined when there are none.
 *
 * @throws MeritorderError naming the file when it is damaged, newer, or fitted for another Meritorder
 */
export function loadOwnIntents(dataFolder: string): OwnIntents | undefined {
  const path = ownIntentsPath(dataFolder)
  const file = readFile(path)
  return file === undefined || file.intents.length === 0 ? undefined : usableOwnIntents(file, path)
}

/**
 * The own intents with all that is known of them; none when there is no file.
 *
 * @throws MeritorderError naming the file when it is damaged or newer
 */
export function readOwnIntents(dataFolder: string): readonly OwnIntent[] {
  return readFile(ownIntentsPath(dataFolder))?.intents ?? []
}

/** Replaces the own intents so that a reader finds the old ones or the new ones, whole. Returns the file's path. */
export function writeOwnIntents(dataFolder: string, intents: readonly OwnIntent[]): string {
  const path = ownIntentsPath(dataFolder)
  const version = createHash('sha256').update(JSON.stringify(intents)).digest('hex').slice(0, 12)
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 })
  writeFileDurably(path, formatOwnIntentsFile({ version, features: FEATURES_VERSION, intents }))
  return path
}

function readFile(path: string): OwnIntentsFile | undefined {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  return parseOwnIntentsFile(text, path)
}
