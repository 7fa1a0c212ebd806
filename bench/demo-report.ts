/** What the demo's table says, computed from the records and the recorded outcomes. Pure functions. */
import Table from 'cli-table3'
import { bootstrapMean, drawResamples, type Interval, percentile } from '../src/learn/evaluate/bootstrap.ts'
import type { RecordedRow } from '../src/simulate/recording.ts'
import type { Random } from '../src/simulate/seeded-random.ts'

/** One answered call, as its record tells it. */
export interface DemoCall {
  /** The prompt's id in the recording. */
  readonly promptId: string
  /** The model that answered, by its name in the recording. */
  readonly model: string
  readonly costUsd: number
  /** Time the gateway itself spent before the call went out, ms. */
  readonly overheadMs: number
}

/** A way to choose models, over all prompts. */
export interface Strategy {
  readonly name: string
  /** Share of good answers, 0..1. */
  readonly quality: Interval
  /** USD per prompt. */
  readonly costUsd: Interval
}

export interface DemoReport {
  readonly prompts: number
  readonly answers: number
  readonly models: number
  readonly shares: readonly { readonly model: string; readonly calls: number; readonly quality: number }[]
  readonly strategies: readonly Strategy[]
  /** Paired: the same prompts on both sides. */
  readonly routerMinusBestSingle: { readonly quality: Interval; readonly costUsd: Interval }
  readonly overheadMs: { readonly p50: number; readonly p99: number }
}

/** Quality (0..1) and cost (USD) of one prompt under one strategy. */
interface Result {
  readonly quality: number
  readonly cost: number
}

const RESAMPLES = 2000

/**
 * Compares the router with its baselines on the same prompts. An unanswered prompt counts as a wrong answer that cost
 * nothing. The single models are chosen with hindsight on these very prompts, so they are hard baselines. Intervals:
 * percentile bootstrap over prompts (Efron 1979), 2,000 resamples. Throws RangeError where an outcome is missing.
 */
export function reportOn(
  calls: readonly DemoCall[],
  rows: readonly RecordedRow[],
  random: Random,
): DemoReport {
  const models = [...new Set(rows.flatMap((row) => Object.keys(row.responses)))].sort()
  const byPrompt = new Map(calls.map((call) => [call.promptId, call]))
  const ofModel = (model: string) => rows.map((row) => outcomeOf(row, model))
  const singles = models.map((model) => ({ model, results: ofModel(model) }))
  const best = singles.toSorted(
    (a, b) => total(b, 'quality') - total(a, 'quality') || total(a, 'cost') - total(b, 'cost'),
  )
  const cheapest = singles.toSorted((a, b) => total(a, 'cost') - total(b, 'cost'))
  const router = rows.map((row): Result => {
    const call = byPrompt.get(row.id)
    return call === undefined ? NOTHING : { quality: outcomeOf(row, call.model).quality, cost: call.costUsd }
  })
  const bestResults = best[0]?.results ?? []
  const resamples = drawResamples(rows.length, RESAMPLES, random)
  const strategy = (name: string, results: readonly Result[]): Strategy => ({
    name,
    quality: bootstrapMean(
      results.map(({ quality }) => quality),
      resamples,
    ),
    costUsd: bootstrapMean(
      results.map(({ cost }) => cost),
      resamples,
    ),
  })
  const minusBest = (of: keyof Result) =>
    bootstrapMean(
      router.map((result, at) => result[of] - (bestResults[at]?.[of] ?? 0)),
      resamples,
    )
  return {
    prompts: rows.length,
    answers: calls.length,
    models: models.length,
    shares: sharesOf(calls, rows),
    strategies: [
      strategy('router', router),
      strategy(`best single model: ${best[0]?.model}`, bestResults),
      strategy(`cheapest single model: ${cheapest[0]?.model}`, cheapest[0]?.results ?? []),
      strategy(
        'random mix of the models',
        rows.map((row) => randomMix(row, models)),
      ),
      strategy(
        'oracle: the cheapest right answer',
        rows.map((row) => oracle(row, models)),
      ),
    ],
    routerMinusBestSingle: { quality: minusBest('quality'), costUsd: minusBest('cost') },
    overheadMs: {
      p50: percentile(
        calls.map(({ overheadMs }) => overheadMs),
        0.5,
      ),
      p99: percentile(
        calls.map(({ overheadMs }) => overheadMs),
        0.99,
      ),
    },
  }
}

/** The report as tables for people. */
export function renderReport(report: DemoReport): string {
  const shares = new Table({
    head: ['model', 'calls', 'share', 'right'],
    style: PLAIN,
    chars: WITHOUT_INNER_LINES,
    colAligns: ['left', 'right', 'right', 'right'],
  })
  for (const { model, calls, quality } of report.shares) {
    shares.push([model, calls, percent(calls / report.answers), percent(quality)])
  }
  const strategies = new Table({
    head: ['strategy', 'right [95 %]', 'USD per 1,000 prompts [95 %]'],
    style: PLAIN,
    chars: WITHOUT_INNER_LINES,
    colAligns: ['left', 'right', 'right'],
  })
  for (const { name, quality, costUsd } of report.strategies) {
    strategies.push([name, between(quality, percent), between(costUsd, perThousand)])
  }
  const { quality, costUsd } = report.routerMinusBestSingle
  return [
    `Answers received: ${report.answers} of ${report.prompts}`,
    shares.toString(),
    strategies.toString(),
    `Router minus best single model: ${between(quality, points)} points, ${between(costUsd, perThousand)} USD per 1,000 prompts: ${verdictOn(report)}`,
    `Time that the gateway added before the call went out: p50 ${report.overheadMs.p50.toFixed(2)} ms, p99 ${report.overheadMs.p99.toFixed(2)} ms`,
  ].join('\n')
}

const NOTHING: Result = { quality: 0, cost: 0 }
const PLAIN = { head: [], border: [] }
const WITHOUT_INNER_LINES = { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' }
const percent = (share: number) => `${(share * 100).toFixed(1)} %`
const points = (difference: number) => unsignedZero((difference * 100).toFixed(1))
const perThousand = (usd: number) => unsignedZero((usd * 1000).toFixed(3))
const unsignedZero = (text: string) => (Number(text) === 0 ? text.replace('-', '') : text)

/** One sentence on whether routing paid, by the intervals and nothing else. */
function verdictOn({ routerMinusBestSingle: { quality, costUsd } }: DemoReport): string {
  // Sums of the same costs in another order differ by rounding.
  const same = [quality.low, quality.high, costUsd.low, costUsd.high].every((bound) => Math.abs(bound) < 1e-9)
  if (same) return 'the router used the best single model for everything.'
  if (quality.low > 0) return costUsd.high < 0 ? 'better and cheaper.' : 'better.'
  if (quality.high < 0) return costUsd.high < 0 ? 'cheaper and worse.' : 'worse.'
  return costUsd.high < 0 ? 'cheaper, and no difference in quality can be told.' : 'no gain can be told.'
}

function between({ mean, low, high }: Interval, write: (value: number) => string): string {
  return `${write(mean)} [${write(low)}, ${write(high)}]`
}

function outcomeOf(row: RecordedRow, model: string): Result {
  const { quality, cost } = row.outcomes[model] ?? {}
  if (quality === undefined || cost === undefined) {
    throw new RangeError(`prompt ${row.id} has no recorded quality and cost of ${model}: the demo needs both`)
  }
  return { quality, cost }
}

function total({ results }: { readonly results: readonly Result[] }, of: keyof Result): number {
  return results.reduce((sum, result) => sum + result[of], 0)
}

/** What a draw with equal chances gives on average. */
function randomMix(row: RecordedRow, models: readonly string[]): Result {
  const results = models.map((model) => outcomeOf(row, model))
  return {
    quality: total({ results }, 'quality') / models.length,
    cost: total({ results }, 'cost') / models.length,
  }
}

/** The best answer to this prompt, the cheapest among equals: what no router can know beforehand. */
function oracle(row: RecordedRow, models: readonly string[]): Result {
  const ranked = models
    .map((model) => outcomeOf(row, model))
    .sort((a, b) => b.quality - a.quality || a.cost - b.cost)
  return ranked[0] ?? NOTHING
}

function sharesOf(calls: readonly DemoCall[], rows: readonly RecordedRow[]): DemoReport['shares'] {
  const byId = new Map(rows.map((row) => [row.id, row]))
  const qualityOf = ({ promptId, model }: DemoCall) => byId.get(promptId)?.outcomes[model]?.quality ?? 0
  return [...Map.groupBy(calls, ({ model }) => model)]
    .map(([model, its]) => ({
      model,
      calls: its.length,
      quality: its.reduce((sum, call) => sum + qualityOf(call), 0) / its.length,
    }))
    .sort((a, b) => b.calls - a.calls)
}
