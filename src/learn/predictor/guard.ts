/** Leads that are tried. */
const MARGINS = [0, 0.01, 0.02, 0.03, 0.05, 0.08]
/** Standard errors that the gain must be away from nothing: 95 % one-sided. */
const SURE = 1.645

/**
 * The margin that paid most on held-out prompts: the best predicted model is taken instead of the best single one only
 * for a predicted lead above it. Infinity when no margin's gain is above nothing with 95 % confidence, so that the best
 * single model keeps every prompt that looks for the best answer.
 *
 * @param heldOut predicted quality, prompts × models
 * @param residuals quality minus the model's mean, prompts × models; NaN where nothing is known
 * @param mean mean quality of each model
 */
export function fittedGuard(heldOut: Float64Array, residuals: Float64Array, mean: Float64Array): number {
  const gains = MARGINS.map((margin) => ({ margin, ...gainOverBestSingle(margin, heldOut, residuals, mean) }))
  const sure = gains.filter((gain) => gain.mean - SURE * gain.error > 0)
  return sure.reduce((a, b) => (b.mean > a.mean ? b : a), { margin: Infinity, mean: 0 }).margin
}

/** Mean gain in quality over the best single model with one margin, and its standard error. Arguments as above. */
export function gainOverBestSingle(
  margin: number,
  heldOut: Float64Array,
  residuals: Float64Array,
  mean: Float64Array,
): { readonly mean: number; readonly error: number } {
  const models = mean.length
  let n = 0
  let sum = 0
  let squares = 0
  for (let at = 0; at < heldOut.length; at += models) {
    let home = -1
    let best = -1
    for (let m = 0; m < models; m++) {
      if (Number.isNaN(residuals[at + m])) continue
      if (home < 0 || mean[m]! > mean[home]!) home = m
      if (best < 0 || heldOut[at + m]! > heldOut[at + best]!) best = m
    }
    if (home < 0) continue
    const leaves = heldOut[at + best]! - heldOut[at + home]! > margin
    const gain = leaves ? residuals[at + best]! + mean[best]! - residuals[at + home]! - mean[home]! : 0
    n++
    sum += gain
    squares += gain * gain
  }
  const average = sum / n
  return { mean: average, error: Math.sqrt(Math.max(0, squares / n - average * average) / n) }
}
