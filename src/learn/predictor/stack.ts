/** Sweeps of coordinate descent; the problem has as many unknowns as there are members. */
const SWEEPS = 500

/**
 * Weights, none negative and together at most 1, with which the members' held-out predictions fit the outcomes best in
 * squared error (stacked regressions, Breiman 1996). What is left to 1 goes to the model's mean.
 */
export function stackWeights(members: readonly Float64Array[], residuals: Float64Array): Float64Array {
  const k = members.length
  const square = new Float64Array(k * k)
  const moment = new Float64Array(k)
  for (let cell = 0; cell < residuals.length; cell++) {
    const value = residuals[cell]!
    if (Number.isNaN(value)) continue
    for (let a = 0; a < k; a++) {
      moment[a]! += members[a]![cell]! * value
      for (let b = 0; b < k; b++) square[a * k + b]! += members[a]![cell]! * members[b]![cell]!
    }
  }
  const free = descend(square, moment, k, 0)
  if (total(free) <= 1) return free
  // The price on the sum at which it is just 1, by bisection: the sum falls as the price rises.
  let low = 0
  let high = moment.reduce((most, value) => Math.max(most, value), 0)
  for (let step = 0; step < 50; step++) {
    const price = (low + high) / 2
    if (total(descend(square, moment, k, price)) > 1) low = price
    else high = price
  }
  return descend(square, moment, k, high)
}

/** argmin over w ≥ 0 of ½ wᵀSw − (m − price)ᵀw, one coordinate at a time. */
function descend(square: Float64Array, moment: Float64Array, k: number, price: number): Float64Array {
  const weights = new Float64Array(k)
  for (let sweep = 0; sweep < SWEEPS; sweep++)
    for (let a = 0; a < k; a++) {
      let slope = moment[a]! - price
      for (let b = 0; b < k; b++) if (b !== a) slope -= square[a * k + b]! * weights[b]!
      const curve = square[a * k + a]!
      weights[a] = curve > 0 ? Math.max(0, slope / curve) : 0
    }
  return weights
}

function total(weights: Float64Array): number {
  return weights.reduce((sum, weight) => sum + weight, 0)
}
