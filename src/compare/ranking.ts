import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { type ErrorCode, MeritorderError } from '../errors.ts'
import type { leaderboardJson } from '../learn/leaderboard/leaderboard-json.ts'
import type { Scope } from '../learn/leaderboard/scope.ts'
import type { Recorder } from '../record/recorder.ts'

/** What is to be ranked: all comparisons that were recorded and imported, as far as they belong to a scope. */
export interface RankingWork {
  readonly dataFolder: string
  readonly scope: Scope
  /** Comparisons that a model needs to be ranked. */
  readonly least: number
  /** Whether length and markdown of the answers are controlled for. */
  readonly style: boolean
}

export type LeaderboardJson = ReturnType<typeof leaderboardJson>

/** From the thread that ranks. */
export type FromRanking =
  /** Asks for the page of recorded comparisons before this one. */
  | { readonly kind: 'page'; readonly before: string | undefined }
  | { readonly kind: 'ranked'; readonly board: LeaderboardJson }
  | { readonly kind: 'refused'; readonly code: ErrorCode; readonly message: string }

const PAGE = 2_000
/** V8's heap in the thread, MB: enough for some millions of comparisons. */
const HEAP = { maxOldGenerationSizeMb: 1_024 }
const LONGEST_MS = 120_000

/**
 * Ranks in a thread of its own.
 *
 * @throws MeritorderError `invalid_request` when fewer than two models were compared, `timeout` after two minutes
 */
export async function rank(
  work: RankingWork,
  recorder: Pick<Recorder, 'comparisons'>,
): Promise<LeaderboardJson> {
  const here = import.meta.url
  const worker = new Worker(new URL(`./leaderboard-worker${extname(here)}`, here), {
    workerData: work,
    resourceLimits: HEAP,
    name: 'meritorder-leaderboard',
  })
  const { promise, resolve, reject } = Promise.withResolvers<LeaderboardJson>()
  const give = async (before: string | undefined) => {
    worker.postMessage(await recorder.comparisons({ limit: PAGE, ...(before !== undefined && { before }) }))
  }
  worker.on('message', (message: FromRanking) => {
    if (message.kind === 'page') give(message.before).catch(reject)
    else if (message.kind === 'ranked') resolve(message.board)
    else reject(new MeritorderError(message.code, message.message))
  })
  worker.on('error', reject)
  worker.on('exit', () => reject(new MeritorderError('server', 'The leaderboard was not ranked to its end.')))
  const late = setTimeout(
    () => reject(new MeritorderError('timeout', `Ranking took longer than ${LONGEST_MS / 1000} s.`)),
    LONGEST_MS,
  )
  try {
    return await promise
  } finally {
    clearTimeout(late)
    await worker.terminate()
  }
}
