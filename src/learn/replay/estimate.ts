import { normalQuantile } from '../../decide/normal.ts'

/** One logged call: what was chosen and what came of it, and what the policy on trial would have chosen. */
export interface ReplayedCall {
  /** Who answered. */
  readonly model: string
  /** Probability with which that model was chosen, above 0. */
  readonly propensity: number
  /** What came of it: a quality of 0..1, or USD. */
  readonly outcome: number
  /** What was expected of it before the outcome was known. */
  readonly expected: number
  /** Whom the policy on trial chooses. */
  readonly chosen: string
  /** What is expected of that choice, by the same predictor. */
  readonly expectedOfChosen: number
}

export interface Estimate {
  readonly mean: number
  /** 95 % interval. */
  readonly low: number
  readonly high: number
}

/** What the policy on trial would have brought, in three ways. */
export interface Replay {
  readonly calls: number
  /** What the log brought. */
  readonly logged: Estimate
  /** Direct method: expectations alone. Biased wherever they are. */
  readonly direct: Estimate
  /** Inverse propensity scoring, self-normalised: outcomes alone, of the calls that the policy would have made alike. */
  readonly inversePropensity: Estimate
  /** Doubly robust, self-normalised: expectations, corrected by the outcomes of calls that it would have made alike. */
  readonly doublyRobust: Estimate
  /** Doubly robust less logged, call by call. */
  readonly difference: Estimate
  /** Kish's effective number of the calls that it would have made alike. */
  readonly effectiveCalls: number
  /**
   * Estimated share of calls in which the log could have chosen what the policy on trial chooses. Where it never could,
   * outcomes say nothing and only expectations are left.
   */
  readonly overlap: Estimate
}

const FOLDS = 5
/** What a model's expectations are off by is drawn to 0 as if so many calls had shown no error. */
const PSEUDO_CALLS = 20
const Z = normalQuantile(0.975)

/**
 * Off-policy evaluation of a deterministic policy on logged calls (Dudík, Langford and Li 2011; Horvitz and Thompson
 * 1952; Hájek 1971). Expectations are first corrected by what each model's are off on average, learned on other
 * calls than those they are used on; intervals are those of means over calls.
 *
 * @throws RangeError when there is no call, or a propensity is not within (0, 1]
 */
export function estimateReplay(calls: readonly ReplayedCall[]): Replay {
  const { direct, weights, robust } = valuesOf(calls)
  const outcomes = calls.map(({ outcome }) => outcome)
  return {
    calls: calls.length,
    logged: meanOf(outcomes),
    direct: meanOf(direct),
    inversePropensity: selfNormalised(weights, outcomes),
    doublyRobust: meanOf(robust),
    difference: meanOf(robust.map((value, i) => value - outcomes[i]!)),
    effectiveCalls: sum(weights) ** 2 / (sum(weights.map((w) => w * w)) || 1),
    overlap: meanOf(weights),
  }
}

/**
 * What doubly robust estimation says that the choice of the policy on trial is worth at each call: their mean is the
 * policy's. Two policies on the same calls are compared call by call.
 *
 * @throws RangeError as `estimateReplay`
 */
export function robustValues(calls: readonly ReplayedCall[]): readonly number[] {
  return valuesOf(calls).robust
}

interface Values {
  readonly direct: readonly number[]
  readonly weights: readonly number[]
  readonly robust: readonly number[]
}

function valuesOf(calls: readonly ReplayedCall[]): Values {
  if (calls.length === 0) throw new RangeError('there is no call to replay')
  for (const { propensity } of calls)
    if (!(propensity > 0 && propensity <= 1)) throw new RangeError(`a propensity is ${propensity}`)
  const correct = crossFitted(calls)
  const weights = calls.map(({ model, chosen, propensity }) => (model === chosen ? 1 / propensity : 0))
  const direct = calls.map((call, i) => call.expectedOfChosen + correct(i, call.chosen))
  const surprises = calls.map((call, i) => call.outcome - call.expected - correct(i, call.model))
  return { direct, weights, robust: corrected(direct, weights, surprises) }
}

/** What to add to the expectations of a model at a call: its shrunk mean error on the calls of the other folds. */
function crossFitted(calls: readonly ReplayedCall[]): (call: number, model: string) => number {
  const all = new Map<string, Tally>()
  const own = Array.from({ length: FOLDS }, () => new Map<string, Tally>())
  for (const [i, { model, outcome, expected }] of calls.entries())
    for (const tallies of [all, own[i % FOLDS]!]) {
      const tally = tallies.get(model) ?? { calls: 0, error: 0 }
      tallies.set(model, tally)
      tally.calls++
      tally.error += outcome - expected
    }
  return (call, model) => {
    const whole = all.get(model) ?? NONE
    const mine = own[call % FOLDS]!.get(model) ?? NONE
    return (whole.error - mine.error) / (whole.calls - mine.calls + PSEUDO_CALLS)
  }
}

interface Tally {
  calls: number
  error: number
}

const NONE: Readonly<Tally> = { calls: 0, error: 0 }

/**
 * Per call what doubly robust adds up: the expectation, plus the weighted surprise about its weighted mean, plus that
 * mean. Normalised weights (as in Hájek's estimator) keep a few large ones from deciding all.
 */
function corrected(
  direct: readonly number[],
  weights: readonly number[],
  surprises: readonly number[],
): number[] {
  const total = sum(weights)
  if (total === 0) return [...direct]
  const mean = sum(weights.map((w, i) => w * surprises[i]!)) / total
  const scale = weights.length / total
  return direct.map((value, i) => value + mean + weights[i]! * scale * (surprises[i]! - mean))
}

function meanOf(values: readonly number[]): Estimate {
  const mean = sum(values) / values.length
  const squares = sum(values.map((value) => (value - mean) ** 2))
  return around(mean, Math.sqrt(squares / Math.max(1, values.length - 1) / values.length))
}

/** Σwr / Σw with the error of a ratio of means (delta method). */
function selfNormalised(weights: readonly number[], outcomes: readonly number[]): Estimate {
  const total = sum(weights)
  if (total === 0) return { mean: Number.NaN, low: Number.NaN, high: Number.NaN }
  const mean = sum(weights.map((w, i) => w * outcomes[i]!)) / total
  const squares = sum(weights.map((w, i) => (w * (outcomes[i]! - mean)) ** 2))
  return around(mean, Math.sqrt(squares) / total)
}

function around(mean: number, error: number): Estimate {
  return { mean, low: mean - Z * error, high: mean + Z * error }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
