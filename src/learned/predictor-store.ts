import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { z } from 'zod'
import { MeritorderError } from '../errors.ts'
import { replaceFile } from '../files/replace-file.ts'
import { acquireLock } from '../store/lock-file.ts'
import { predictorVersion } from './predictor-file.ts'

/** Whether a version is in force, and since when. Times are ISO. */
const change = z.object({
  at: z.string(),
  by: z.enum(['fit', 'train', 'promote', 'rollback']),
  /** null: the leaderboards alone. */
  from: z.string().nullable(),
  to: z.string().nullable(),
})

/** A change of what is in force. */
export type PredictorChange = z.output<typeof change>

const log = z.object({ format: z.literal(1), changes: z.array(change) })

/** What is kept of a version. */
export interface KeptPredictor {
  readonly version: string
  readonly isLive: boolean
  readonly bytes: number
  /** When it was written, epoch ms. */
  readonly keptAt: number
}

/** So many versions are kept when nobody says otherwise: a month of daily training. */
export const KEPT_PREDICTORS = 30
/** So many changes are remembered. */
const MOST_CHANGES = 1_000
const PROMOTION_PATIENCE_MS = 5_000
const RETRY_MS = 20

/**
 * Where it stands which version is in force. Changing that is one rename of this file, so whatever dies in the middle
 * leaves the old version or the new one in force.
 */
export function predictorLogPath(dataFolder: string): string {
  return join(dataFolder, 'predictors.json')
}

/** Where the versions lie. */
export function predictorFolder(dataFolder: string): string {
  return join(dataFolder, 'predictors')
}

/** The file of a version. */
export function predictorPath(dataFolder: string, version: string): string {
  return join(predictorFolder(dataFolder), `${version}.bin`)
}

/** What was found about a version when it was trained, for people and scripts. */
export function predictorCardPath(dataFolder: string, version: string): string {
  return join(predictorFolder(dataFolder), `${version}.card.json`)
}

/** @throws MeritorderError `server` when the log is damaged */
export function readPredictorChanges(dataFolder: string): readonly PredictorChange[] {
  const path = predictorLogPath(dataFolder)
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
  const { data } = log.safeParse(parsed(text))
  if (data !== undefined) return data.changes
  throw new MeritorderError(
    'server',
    `${path} is damaged: it cannot be told which predictor is in force. Remove it, and promote a version: meritorder predictors list`,
    { limit: 'predictor' },
  )
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The version in force; undefined: the leaderboards alone. */
export function liveVersion(changes: readonly PredictorChange[]): string | undefined {
  return changes.at(-1)?.to ?? undefined
}

/** When somebody rolled back and promoted nothing since, an ISO time: until then nothing goes into force by itself. */
export function heldSince(changes: readonly PredictorChange[]): string | undefined {
  const last = changes.at(-1)
  return last?.by === 'rollback' ? last.at : undefined
}

/** What was in force before what is in force now, as if rolled-back versions had never been: where `rollback` goes. */
export function versionBefore(changes: readonly PredictorChange[]): string | null {
  const chain: (string | null)[] = [changes[0]?.from ?? null]
  for (const { by, to } of changes) {
    if (by === 'rollback' && chain.length > 1) chain.pop()
    else chain.push(to)
  }
  return chain.at(-2) ?? null
}

/** Keeps a version, with its card where it was tried; returns the version. What is not promoted changes nothing. */
export function keepPredictor(dataFolder: string, bytes: Uint8Array, card?: object): string {
  const version = predictorVersion(bytes)
  // The prompts that it shows as evidence are somebody's.
  mkdirSync(predictorFolder(dataFolder), { recursive: true, mode: 0o700 })
  replaceFile(predictorPath(dataFolder, version), bytes)
  if (card !== undefined)
    replaceFile(predictorCardPath(dataFolder, version), `${JSON.stringify(card, null, 2)}\n`)
  return version
}

/**
 * Puts a kept version in force; a gateway that runs takes it over at once. That it can be used here is the caller's to
 * know.
 *
 * @param now epoch ms
 * @returns the change; undefined when it is in force already
 * @throws MeritorderError `not_found` for a version that is not kept
 */
export function promotePredictor(
  dataFolder: string,
  version: string,
  by: 'fit' | 'train' | 'promote',
  now: () => number,
): Promise<PredictorChange | undefined> {
  return changing(dataFolder, now, (changes) => {
    if (!existsSync(predictorPath(dataFolder, version))) throw notKept(version)
    const from = liveVersion(changes) ?? null
    return from === version ? undefined : { by, from, to: version }
  })
}

/**
 * Puts what was in force before in force again, which may be nothing: the leaderboards alone.
 *
 * @throws MeritorderError `not_found` when nothing is in force, or what was before is not kept any more
 */
export async function rollbackPredictor(dataFolder: string, now: () => number): Promise<PredictorChange> {
  const done = await changing(dataFolder, now, (changes) => {
    const from = liveVersion(changes)
    if (from === undefined)
      throw new MeritorderError('not_found', 'No predictor is in force: there is nothing to go back from.')
    const to = versionBefore(changes)
    if (to !== null && !existsSync(predictorPath(dataFolder, to))) throw notKept(to)
    return { by: 'rollback', from, to }
  })
  return done!
}

function notKept(version: string): MeritorderError {
  return new MeritorderError(
    'not_found',
    `The predictor ${version.slice(0, 100)} is not kept here. Which are: meritorder predictors list`,
    { limit: 'version' },
  )
}

/** Every kept version, the newest first. */
export function listPredictors(dataFolder: string): readonly KeptPredictor[] {
  const live = liveVersion(readPredictorChanges(dataFolder))
  return files(dataFolder)
    .flatMap((name) => {
      const [, version] = /^([0-9a-f]{12})\.bin$/.exec(name) ?? []
      if (version === undefined) return []
      const { size, mtimeMs } = statSync(predictorPath(dataFolder, version))
      return [{ version, isLive: version === live, bytes: size, keptAt: mtimeMs }]
    })
    .sort((a, b) => b.keptAt - a.keptAt || (a.version < b.version ? -1 : 1))
}

/**
 * Removes old versions, and what writers that were killed left behind.
 *
 * @param keep so many of the newest stay; and always the one in force, and the one that a rollback would go to
 * @returns the versions removed
 */
export function prunePredictors(
  dataFolder: string,
  keep: number,
  now: () => number,
): Promise<readonly string[]> {
  return locked(dataFolder, now, () => {
    const changes = readPredictorChanges(dataFolder)
    const needed = new Set([liveVersion(changes), versionBefore(changes)])
    const old = listPredictors(dataFolder)
      .slice(keep)
      .map(({ version }) => version)
      .filter((version) => !needed.has(version))
    for (const version of old) {
      rmSync(predictorPath(dataFolder, version), { force: true })
      rmSync(predictorCardPath(dataFolder, version), { force: true })
    }
    for (const name of files(dataFolder)) {
      const path = join(predictorFolder(dataFolder), name)
      if (name.endsWith('.tmp') && isStale(path, now())) rmSync(path, { force: true })
    }
    return old
  })
}

/** Writing takes seconds at most. */
const STALE_MS = 3_600_000

function isStale(path: string, now: number): boolean {
  const written = statSync(path, { throwIfNoEntry: false })?.mtimeMs
  return written !== undefined && now - written > STALE_MS
}

function files(dataFolder: string): readonly string[] {
  const folder = predictorFolder(dataFolder)
  return existsSync(folder) ? readdirSync(folder) : []
}

function changing(
  dataFolder: string,
  now: () => number,
  next: (changes: readonly PredictorChange[]) => Omit<PredictorChange, 'at'> | undefined,
): Promise<PredictorChange | undefined> {
  return locked(dataFolder, now, () => {
    const changes = readPredictorChanges(dataFolder)
    const wanted = next(changes)
    if (wanted === undefined) return undefined
    const made = { at: new Date(now()).toISOString(), ...wanted }
    const kept = { format: 1, changes: [...changes, made].slice(-MOST_CHANGES) }
    replaceFile(predictorLogPath(dataFolder), `${JSON.stringify(kept, null, 2)}\n`)
    return made
  })
}

/** One at a time, whoever it is: another process may be promoting or pruning, too. */
async function locked<T>(dataFolder: string, now: () => number, act: () => T): Promise<T> {
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 })
  const lock = await patientLock(join(dataFolder, 'predictors.lock'), now)
  try {
    return act()
  } finally {
    lock.release()
  }
}

async function patientLock(path: string, now: () => number) {
  const until = performance.now() + PROMOTION_PATIENCE_MS
  for (;;) {
    try {
      return acquireLock(path, now, isChanging)
    } catch (error) {
      if (!(error instanceof MeritorderError) || performance.now() > until) throw error
      await setTimeout(RETRY_MS)
    }
  }
}

function isChanging(path: string, holder: string): MeritorderError {
  return new MeritorderError(
    'server',
    `Which predictor is in force is being changed by ${holder}. Try again; the lock is ${path}.`,
    { limit: 'predictor' },
  )
}
