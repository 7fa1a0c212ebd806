/**
 * Probability that a standard normal variable is below z: Abramowitz and Stegun 7.1.26, off by less than 1e-7.
 */
export function normalCdf(z: number): number {
  const x = Math.abs(z) / Math.SQRT2
  const t = 1 / (1 + 0.3275911 * x)
  const series =
    t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
  const tail = (series * Math.exp(-x * x)) / 2
  return z < 0 ? tail : 1 - tail
}

/** z below which a standard normal variable lies with probability p, 0 < p < 1: Newton's method on `normalCdf`. */
export function normalQuantile(p: number): number {
  let z = 0
  for (let step = 0; step < 40; step++) {
    const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)
    const move = Math.min(1, Math.max(-1, (normalCdf(z) - p) / density))
    z -= move
    if (Math.abs(move) < 1e-7) break
  }
  return z
}
