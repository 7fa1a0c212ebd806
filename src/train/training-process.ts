/** The process that trains for a gateway: what it takes of memory and time is not the gateway's, and its end is not either. */
import { setImmediate } from 'node:timers/promises'
import { recordedLines } from '../compare/recorded-comparisons.ts'
import { asMeritorderError } from '../errors.ts'
import { generationPage } from '../explain/generation-story.ts'
import type { Endpoint } from '../market/offer.ts'
import type { RecordedComparison } from '../record/comparison.ts'
import type { GenerationPage } from '../record/generation-query.ts'
import type { FromTraining, ToTraining } from './protocol.ts'
import { type TrainJob, train } from './train.ts'

/** Whoever waits for the next page of calls, or of comparisons. */
let take: ((page: GenerationPage | undefined) => void) | undefined
let takeComparisons: ((page: readonly RecordedComparison[]) => void) | undefined

let begun: Extract<ToTraining, { kind: 'begin' }> | undefined
const endpoints: Endpoint[] = []

process.on('message', (message: ToTraining) => {
  if (message.kind === 'page') {
    take?.(message.page)
    return
  }
  if (message.kind === 'comparisons') {
    takeComparisons?.(message.page)
    return
  }
  if (message.kind === 'begin') begun = message
  else endpoints.push(...message.endpoints)
  if (begun?.endpoints === endpoints.length) {
    const { job } = begun
    void work({ ...job, market: { ...job.market, endpoints } })
  }
})
// Without its gateway it has nobody to work for: what it has not kept yet is left.
process.on('disconnect', () => process.exit(1))

async function work(job: TrainJob): Promise<void> {
  try {
    const report = await train(
      job,
      { stories: stories(), comparisons: recordedLines(comparisonsBefore) },
      Date.now,
      async (step, done, total) => {
        tell({ kind: 'progress', step, done, total })
        // Fitting holds the thread: what is said, and what was heard, has to pass before.
        await setImmediate()
      },
    )
    tell({ kind: 'done', report })
  } catch (error) {
    const { code, message } = asMeritorderError(error)
    tell({ kind: 'failed', code, message })
  }
}

/** The gateway's rated calls, page by page: the next is asked for when the last was read. */
async function* stories(): AsyncGenerator<unknown> {
  let before: string | undefined
  do {
    const page = await new Promise<GenerationPage | undefined>((resolve) => {
      take = resolve
      tell({ kind: 'page', ...(before !== undefined && { before }) })
    })
    if (page === undefined) return
    yield* generationPage(page, { limit: page.calls.length, whole: true }).data
    before = page.next
  } while (before !== undefined)
}

function comparisonsBefore(before: string | undefined): Promise<readonly RecordedComparison[]> {
  return new Promise((resolve) => {
    takeComparisons = resolve
    tell({ kind: 'comparisons', ...(before !== undefined && { before }) })
  })
}

function tell(message: FromTraining): void {
  process.send?.(message)
}
