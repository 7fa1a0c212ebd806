import { lackOfEvidence } from '../replay/conclusion.ts'
import { estimateReplay, type ReplayedCall, robustValues } from '../replay/estimate.ts'

/** Leads that are tried. */
const MARGINS = [0, 0.01, 0.02, 0.03, 0.05, 0.08]
/** Standard errors that the gain must be away from nothing: 95 % one-sided. */
const SURE = 1.645

/** A recorded call that could have gone to several models and tried one of them. */
export interface ExploredCall {
  /** Row of its prompt among those fitted on. */
  readonly row: number
  /** The model tried, by number, and with which probability. */
  readonly model: number
  readonly propensity: number
  /** 0..1 */
  readonly quality: number
  /** Models that it could have gone to. */
  readonly available: readonly number[]
}

/** What leaving the best single model brought, in one case each. */
export interface GuardEvidence {
  /** Predicted quality while the prompt was held out, prompts × models. */
  readonly heldOut: Float64Array
  /** Quality minus the model's mean, prompts × models; NaN where nothing is known. */
  readonly residuals: Float64Array
  /** Mean quality of each model. */
  readonly mean: Float64Array
  /** Calls on prompts whose outcomes name one model each, which say nothing of a choice by themselves. */
  readonly calls?: readonly ExploredCall[]
}

/**
 * The margin that paid most on held-out prompts: the best predicted model is taken instead of the best single one only
 * for a predicted lead above it. Infinity when no margin's gain is above nothing with 95 % confidence, so that the best
 * single model keeps every prompt that looks for the best answer.
 */
export function fittedGuard(evidence: GuardEvidence): number {
  const gains = MARGINS.map((margin) => ({ margin, ...gainOverBestSingle(margin, evidence) }))
  const sure = gains.filter((gain) => gain.mean - SURE * gain.error > 0)
  return sure.reduce((a, b) => (b.mean > a.mean ? b : a), { margin: Infinity, mean: 0 }).margin
}

/**
 * Mean gain in quality over the best single model with one margin, and its standard error. For a recorded call, which
 * tried one model, the gain is estimated (`robustValues`), where the record can tell.
 */
export function gainOverBestSingle(
  margin: number,
  evidence: GuardEvidence,
): { readonly mean: number; readonly error: number } {
  const gains = [...answeredGains(margin, evidence), ...exploredGains(margin, evidence)]
  if (gains.length === 0) return { mean: 0, error: 0 }
  const average = gains.reduce((sum, gain) => sum + gain, 0) / gains.length
  const squares = gains.reduce((sum, gain) => sum + gain * gain, 0) / gains.length
  return { mean: average, error: Math.sqrt(Math.max(0, squares - average * average) / gains.length) }
}

/** Of every prompt with an outcome that no call stands for. */
function answeredGains(margin: number, { heldOut, residuals, mean, calls = [] }: GuardEvidence): number[] {
  const models = mean.length
  const explored = new Set(calls.map(({ row }) => row))
  const gains: number[] = []
  for (let row = 0; row * models < heldOut.length; row++) {
    const at = row * models
    const known = Array.from(mean.keys()).filter((m) => !Number.isNaN(residuals[at + m]))
    if (known.length === 0 || explored.has(row)) continue
    const { best, home } = bestAndHome(known, at, heldOut, mean)
    const leaves = heldOut[at + best]! - heldOut[at + home]! > margin
    gains.push(leaves ? residuals[at + best]! + mean[best]! - residuals[at + home]! - mean[home]! : 0)
  }
  return gains
}

/** Expectations are the models' means: they favour no choice that looks at the prompt. */
function exploredGains(margin: number, { heldOut, mean, calls = [] }: GuardEvidence): number[] {
  if (calls.length === 0) return []
  const replayed = calls.map(({ row, model, propensity, quality, available }) => {
    const at = row * mean.length
    const { best, home } = bestAndHome(available, at, heldOut, mean)
    const leaves = heldOut[at + best]! - heldOut[at + home]! > margin
    const to = (chosen: number): ReplayedCall => ({
      ...{ model: `${model}`, propensity, outcome: quality, expected: mean[model]! },
      ...{ chosen: `${chosen}`, expectedOfChosen: mean[chosen]! },
    })
    return { guarded: to(leaves ? best : home), single: to(home) }
  })
  const guarded = replayed.map((one) => one.guarded)
  const single = replayed.map((one) => one.single)
  if ([guarded, single].some((way) => lackOfEvidence(estimateReplay(way), 'quality') !== undefined)) return []
  const worth = robustValues(single)
  return robustValues(guarded).map((value, i) => value - worth[i]!)
}

/** The best predicted model of some, and the best on average. */
function bestAndHome(models: readonly number[], at: number, heldOut: Float64Array, mean: Float64Array) {
  let home = models[0]!
  let best = models[0]!
  for (const m of models) {
    if (mean[m]! > mean[home]!) home = m
    if (heldOut[at + m]! > heldOut[at + best]!) best = m
  }
  return { best, home }
}
