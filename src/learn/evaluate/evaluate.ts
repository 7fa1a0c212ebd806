import type { Outcomes } from '../outcomes.ts'
import { seededRandom } from '../random.ts'
import { bootstrapMean, drawResamples, percentile } from './bootstrap.ts'
import { calibration } from './calibration.ts'
import {
  bestSingle,
  cheapestPredictedWithin,
  cheapestWithin,
  guarded,
  type HeldOutPrompt,
  nearestNeighbours,
  taskOracle,
} from './choices.ts'
import type { Evaluation, ModelPoint } from './evaluation.ts'
import type { Splits } from './folds.ts'
import { averageQuality, costOf, type Point, upperHull } from './frontier.ts'
import { type Learned, tryOut } from './held-out.ts'
import { modelShares } from './model-shares.ts'
import { scoreboard } from './scoreboard.ts'
import { sweep } from './sweep.ts'
import { columnMeans } from './training-part.ts'
import { type Duel, scoreTwoModels, type TwoModelScores } from './two-models.ts'

export interface EvaluateOptions {
  readonly splits: Splits
  /** How the splits were made, for people. */
  readonly splitName: string
  readonly seed: number
  /** Learns from some rows of the outcomes. */
  readonly fit: (rows: readonly number[]) => Learned
  /** Without one, the router takes the best predicted quality, guarded towards the best single model. */
  readonly policy: { readonly name: string; readonly qualityBand: number } | undefined
  /** Quality that the cheapest single model may lack. */
  readonly band: number
  /** Milliseconds, for the time of a decision. */
  readonly clock: () => number
  /** Told before each fit and after every few prompts; awaited. */
  readonly tell?: (done: number, total: number) => Promise<void>
}

const RESAMPLES = 1000

/**
 * Judges the router on prompts that it has not learned from. Everything that a choice rests on comes from the training
 * part of each split; only the sweep over exchange rates is read off the judged prompts, for the router and for the
 * zero router alike, as RouterBench does. Intervals: bootstrap over prompts, 1,000 resamples.
 */
export async function evaluate(outcomes: Outcomes, options: EvaluateOptions): Promise<Evaluation> {
  const { splits, seed, fit, policy, band, clock, tell } = options
  const choose = policy === undefined ? guarded : cheapestPredictedWithin(policy.qualityBand)
  const trial = { outcomes, fit, choose, clock, ...(tell !== undefined && { tell }) }
  const { prompts, decisionMs } = await tryOut(splits.splits, trial)
  const board = scoreboard(outcomes, prompts)
  const router = prompts.map(choose)
  const best = prompts.map(bestSingle)
  const bestPoint = board.named(best)
  const singles = singleModels(outcomes, prompts)
  const routerHull = upperHull(sweep(board, prompts))
  const zeroHull = upperHull(singles)
  const costs = singles.map(({ costUsd }) => costUsd).filter((cost) => !Number.isNaN(cost))
  const range = [Math.min(...costs), Math.max(...costs)] as const
  const hasTasks = prompts.some(
    ({ task, training }) => task !== undefined && training.qualityOfTask.has(task),
  )
  const routerPoint = board.mean(router)
  const resamples = drawResamples(prompts.length, RESAMPLES, seededRandom(seed))
  return {
    prompts: prompts.length,
    models: outcomes.models,
    splits: splits.splits.length,
    splitName: options.splitName,
    seed,
    duplicates: splits.duplicates,
    policy: policy?.name,
    singles,
    bestSingle: bestPoint,
    cheapestInBand: board.named(prompts.map(cheapestWithin(band))),
    band,
    random: board.random(),
    neighbours: board.mean(prompts.map(nearestNeighbours)),
    taskOracle: hasTasks ? board.mean(prompts.map(taskOracle)) : undefined,
    oracle: board.mean(board.oracle()),
    router: routerPoint,
    gain: bootstrapMean(board.differences(router, best), resamples),
    leaves: router.filter((m, i) => m !== best[i]).length / router.length,
    costShare: shareOf(routerPoint.costUsd, bestPoint.costUsd),
    routerHull,
    zeroHull,
    costAt: costShares(routerHull, bestPoint),
    zeroCostAt: costShares(zeroHull, bestPoint),
    aiq: averageQuality(routerHull, ...range),
    zeroAiq: averageQuality(zeroHull, ...range),
    twoModels: outcomes.models.length === 2 ? twoModels(outcomes, prompts, bestPoint.model) : undefined,
    calibration: calibrationOf(outcomes, prompts),
    shares: modelShares(outcomes.models, router),
    msPerDecision: { p50: percentile(decisionMs, 0.5), p99: percentile(decisionMs, 0.99) },
  }
}

function singleModels(outcomes: Outcomes, prompts: readonly HeldOutPrompt[]): readonly ModelPoint[] {
  const rows = prompts.map(({ row }) => row)
  const quality = columnMeans(outcomes, outcomes.quality, rows)
  const costUsd = columnMeans(outcomes, outcomes.costUsd, rows)
  return outcomes.models
    .map((model, m) => ({ model, quality: quality[m]!, costUsd: costUsd[m]! }))
    .filter((single) => !Number.isNaN(single.quality))
}

function costShares(hull: readonly Point[], best: Point): Evaluation['costAt'] {
  const at = (share: number) => shareOf(costOf(hull, share * best.quality), best.costUsd)
  return { '0.95': at(0.95), '0.99': at(0.99), '1.00': at(1) }
}

function shareOf(costUsd: number | undefined, ofUsd: number): number | undefined {
  const share = costUsd === undefined ? Number.NaN : costUsd / ofUsd
  return Number.isFinite(share) ? share : undefined
}

function twoModels(
  { models, quality }: Outcomes,
  prompts: readonly HeldOutPrompt[],
  strongModel: string,
): TwoModelScores | undefined {
  const s = models.indexOf(strongModel)
  const w = 1 - s
  const both = prompts.filter(({ available }) => available.length === 2)
  return scoreTwoModels(
    both.map(
      ({ row, predicted }): Duel => ({
        advantage: predicted[s]! - predicted[w]!,
        strong: quality[row * 2 + s]!,
        weak: quality[row * 2 + w]!,
      }),
    ),
  )
}

/** Over every known outcome of every judged prompt. */
function calibrationOf({ models, quality }: Outcomes, prompts: readonly HeldOutPrompt[]) {
  const predicted = prompts.flatMap((prompt) => prompt.available.map((m) => prompt.predicted[m]!))
  const observed = prompts.flatMap(({ available, row }) =>
    available.map((m) => quality[row * models.length + m]!),
  )
  return calibration(predicted, observed)
}
