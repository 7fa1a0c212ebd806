import { bootstrapRatio, drawResamples, type Interval } from '../evaluate/bootstrap.ts'
import { cheapestPredictedWithin as within } from '../evaluate/choices.ts'
import type { ModelPoint } from '../evaluate/evaluation.ts'
import type { Splits } from '../evaluate/folds.ts'
import type { Point } from '../evaluate/frontier.ts'
import { type Learned, tryOut } from '../evaluate/held-out.ts'
import { type ModelShare, modelShares } from '../evaluate/model-shares.ts'
import type { Outcomes } from '../outcomes.ts'
import { seededRandom } from '../random.ts'
import { baselineModel } from './baseline-model.ts'
import { judgeOf, type Yield } from './judge.ts'
import { type Pair, pairsToProve, provenShare, proves } from './proven-share.ts'

export interface CalibrateOptions {
  readonly splits: Splits
  readonly seed: number
  /** Learns from some rows of the outcomes. */
  readonly fit: (rows: readonly number[]) => Learned
  /** The model whose quality is to be kept. */
  readonly baseline: string
  /** Share of the baseline's expected quality to keep, above 0 and at most 1.5. */
  readonly keep: number
  /** Probability (0..1) with which the promise is to hold. */
  readonly confidence: number
  /** Told before each fit and after every few prompts; awaited. */
  readonly tell?: (done: number, total: number) => Promise<void>
}

/** What routing within a band was found to keep and to cost, on prompts that the router had not learned from. */
export interface BandCalibration {
  /** Different prompts that it was judged on. */
  readonly prompts: number
  /** Rows that were learned from only, as they lack an outcome of the baseline. */
  readonly withoutBaseline: number
  readonly baseline: ModelPoint
  /** The cheapest band that is proven to keep the share; band 0 where none is. */
  readonly router: JudgedBand
  readonly isProven: boolean
  /** Where none is proven: prompts that it would about take beside these; undefined when no number would do. */
  readonly morePrompts: number | undefined
}

/** Taking the cheapest model within `band` of the best predicted quality. */
export interface JudgedBand extends Point {
  readonly band: number
  /** Mean quality by the baseline's, with its 95 % interval. */
  readonly qualityShare: Interval
  /** Lower bound of that share at the confidence asked for, for this band alone. */
  readonly provenShare: number
  /** Mean cost by the baseline's, with its 95 % interval. */
  readonly costShare: Interval
  readonly shares: readonly ModelShare[]
}

/** The bands that are tried, narrowest first. */
const BANDS: readonly number[] = Array.from({ length: 101 }, (_, step) => step / 200)

const RESAMPLES = 1000

/**
 * Finds the cheapest band that is proven to keep a share of the baseline's expected quality.
 *
 * This is Learn then Test (Angelopoulos et al. 2021) with fixed-sequence testing: bands are tested from the narrowest
 * on, each at the whole risk 1 − confidence, up to the first that fails. The probability that any of those which pass
 * keeps less than the share is at most that risk, so the cheapest may be picked from them.
 *
 * @param outcomes in which every model has a known cost
 * @throws MeritorderError `invalid_request` for fewer than two models, for a baseline that is none of them or is never
 * of any use, and for fewer than 50 different prompts with an outcome of it
 */
export async function calibrate(outcomes: Outcomes, options: CalibrateOptions): Promise<BandCalibration> {
  const { splits, fit, tell, seed, keep, confidence } = options
  const baseline = baselineModel(outcomes, options.baseline)
  const trial = { outcomes, fit, choose: within(0), clock: () => 0, ...(tell !== undefined && { tell }) }
  const tried = (await tryOut(splits.splits, trial)).prompts
  const prompts = tried.filter(({ available }) => available.includes(baseline))
  const random = seededRandom(seed)
  const judge = judgeOf(outcomes, prompts, random)
  const base = judge(() => baseline)
  const risk = 1 - confidence
  const proven = cheapestProven((band) => judge(within(band)), base, keep, risk)
  const band = proven ?? 0
  const routed = judge(within(band))
  const pairs = pairsOf(routed, base)
  const resamples = drawResamples(pairs.length, RESAMPLES, random)
  const enough = proven === undefined ? pairsToProve(keep, pairs, risk) : undefined
  return {
    prompts: pairs.length,
    withoutBaseline: tried.length - prompts.length,
    baseline: { model: options.baseline, ...pointOf(base) },
    router: {
      band,
      ...pointOf(routed),
      qualityShare: bootstrapRatio(routed.quality, base.quality, resamples),
      provenShare: provenShare(pairs, risk),
      costShare: bootstrapRatio(routed.costUsd, base.costUsd, resamples),
      shares: modelShares(outcomes.models, prompts.map(within(band))),
    },
    isProven: proven !== undefined,
    morePrompts: enough === undefined ? undefined : Math.max(1, enough - pairs.length),
  }
}

/** Of equally cheap bands the narrowest; undefined where not even the first is proven. */
function cheapestProven(
  yieldOf: (band: number) => Yield,
  base: Yield,
  keep: number,
  risk: number,
): number | undefined {
  let cheapest: { readonly band: number; readonly costUsd: number } | undefined
  for (const band of BANDS) {
    const routed = yieldOf(band)
    if (!proves(keep, pairsOf(routed, base), risk)) break
    const costUsd = mean(routed.costUsd)
    if (cheapest === undefined || costUsd < cheapest.costUsd) cheapest = { band, costUsd }
  }
  return cheapest?.band
}

function pairsOf(routed: Yield, base: Yield): readonly Pair[] {
  return Array.from(routed.quality, (router, at) => ({ router, baseline: base.quality[at]! }))
}

function pointOf({ quality, costUsd }: Yield): Point {
  return { quality: mean(quality), costUsd: mean(costUsd) }
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
