import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { MeritorderError } from '../errors.ts'
import { replaceFile } from '../files/replace-file.ts'
import { FEATURES_VERSION } from '../understand/features.ts'
import type { OwnIntent, OwnIntents } from '../understand/own-intents.ts'
import {
  formatOwnIntentsFile,
  type OwnIntentsFile,
  parseOwnIntentsFile,
  usableOwnIntents,
} from '../understand/own-intents-file.ts'

/** Where the intents that users add are kept, with their examples. */
export function ownIntentsPath(dataFolder: string): string {
  return join(dataFolder, 'intents.own.json')
}

/** The own intents as `understand` asks them, if there are any; or why they cannot be used: then the shipped ones do. */
export interface OwnIntentsFound {
  readonly own?: OwnIntents
  readonly refusal?: MeritorderError
}

/** Reads the own intents, where there are any. Never throws for what the file holds: an upgrade may not stop a gateway. */
export function findOwnIntents(dataFolder: string): OwnIntentsFound {
  const path = ownIntentsPath(dataFolder)
  try {
    const file = readFile(path)
    return file === undefined || file.intents.length === 0 ? {} : { own: usableOwnIntents(file, path) }
  } catch (error) {
    if (error instanceof MeritorderError) return { refusal: error }
    throw error
  }
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
  // The examples are somebody's prompts.
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 })
  replaceFile(path, formatOwnIntentsFile({ version, features: FEATURES_VERSION, intents }))
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
