import { readFileSync, statSync } from 'node:fs'
import { z } from 'zod'
import { replaceFileWith } from '../files/replace-file.ts'
import type { SavedEndpoint } from './health.ts'

/** What a gateway knew of its endpoints when it wrote it down. */
export interface StatisticsFile {
  /** Epoch ms. */
  readonly savedAt: number
  readonly endpoints: readonly SavedEndpoint[]
}

/** Another layout gets another number; what has another is not read. */
const VERSION = 1

/** A larger file is not read. A thousand busy endpoints take some 4 MB. */
const MAX_BYTES = 32 * 1024 * 1024
const MAX_ENDPOINTS = 20_000

const Count = z.int().min(0).max(0xffff_ffff)
const Sum = z.number().min(0)
const Counts = z.array(z.tuple([Count, Count, Count])).max(48)
const Quantiles = z.array(z.array(Count).min(1).max(400)).max(6)
const Mean = z.strictObject({ sum: Sum, squares: Sum, weight: Sum })

const Breaker = z.strictObject({
  failuresInARow: Count,
  openings: Count,
  openMs: Sum,
  askedMs: Sum,
  askedStatus: Count,
})

const Schema = z.strictObject({
  format: z.literal('meritorder-statistics'),
  version: z.literal(VERSION),
  savedAt: z.number().min(0),
  endpoints: z
    .array(
      z.strictObject({
        endpoint: z.string().min(1).max(1_000),
        health: z.optional(
          z.strictObject({
            attempts: Sum,
            successes: Sum,
            firstByte: Mean,
            speed: Mean,
            failure: Mean.default({ sum: 0, squares: 0, weight: 0 }),
            breaker: Breaker,
          }),
        ),
        statistics: z.optional(
          z.strictObject({
            minutes: Counts,
            halfHours: Counts,
            admitted: Counts,
            toolCalls: Counts,
            firstByte: Quantiles,
            speed: Quantiles,
          }),
        ),
      }),
    )
    .max(MAX_ENDPOINTS),
})

/**
 * Reads what was kept; undefined where there is no file.
 *
 * @throws Error saying what is wrong with it: damaged, of another version, too large, or not readable at all.
 */
export function readStatistics(path: string): StatisticsFile | undefined {
  const bytes = statSync(path, { throwIfNoEntry: false })?.size
  if (bytes === undefined) return undefined
  if (bytes > MAX_BYTES) throw new Error(`it has ${bytes} bytes, more than ${MAX_BYTES}`)
  const checked = Schema.safeParse(JSON.parse(readFileSync(path, 'utf8')))
  if (checked.success) return checked.data as StatisticsFile
  const [issue] = checked.error.issues
  throw new Error(`${issue?.path.join('.') || 'it'}: ${issue?.message}`)
}

/** Replaces the file, endpoint by endpoint, so that nobody waits for a large one; a reader finds the old or the new. */
export function writeStatistics(
  path: string,
  savedAt: number,
  endpoints: Iterable<SavedEndpoint>,
): Promise<void> {
  return replaceFileWith(path, pieces(savedAt, endpoints))
}

async function* pieces(savedAt: number, endpoints: Iterable<SavedEndpoint>): AsyncGenerator<string> {
  yield `{"format":"meritorder-statistics","version":${VERSION},"savedAt":${savedAt},"endpoints":[`
  let separator = '\n'
  for (const endpoint of endpoints) {
    yield separator + JSON.stringify(endpoint)
    separator = ',\n'
  }
  yield '\n]}\n'
}
