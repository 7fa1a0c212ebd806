import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { replaceFile } from '../files/replace-file.ts'
import { predictorFolder } from '../learned/predictor-store.ts'

const schema = z.object({
  started_at: z.string(),
  /** null: it runs, or its gateway ended before it did. */
  ended_at: z.string().nullable(),
  verdict: z.string().nullable(),
  version: z.string().nullable(),
  promoted: z.boolean(),
  why: z.array(z.string()),
  problem: z.string().nullable(),
})

/** A training by the schedule, and how it ended. Times are ISO. */
export type LastTraining = z.infer<typeof schema>

/** One that has begun. */
export function begunTraining(startedAt: number): LastTraining {
  const unknown = { ended_at: null, verdict: null, version: null, promoted: false, why: [], problem: null }
  return { started_at: new Date(startedAt).toISOString(), ...unknown }
}

/** The last one; null where there was none. What cannot be read counts as none: then it trains once more. */
export function readLastTraining(dataFolder: string): LastTraining | null {
  try {
    return schema.parse(JSON.parse(readFileSync(path(dataFolder), 'utf8')))
  } catch {
    return null
  }
}

/** Keeps it over a restart, whole or not at all. */
export function writeLastTraining(dataFolder: string, last: LastTraining): void {
  mkdirSync(predictorFolder(dataFolder), { recursive: true, mode: 0o700 })
  replaceFile(path(dataFolder), `${JSON.stringify(last, null, 2)}\n`)
}

function path(dataFolder: string): string {
  return join(predictorFolder(dataFolder), 'training.json')
}
