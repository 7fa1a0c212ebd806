/** How much smaller than at first what is left may be. */
const TOLERANCE = 1e-3
const MOST_STEPS = 100

/**
 * Solves (A − B)·x = b by conjugate gradients preconditioned with A (Hestenes and Stiefel 1952), to a thousandth, where
 * A and A − B are symmetric and positive definite.
 * @param solveA gives A⁻¹·vector
 * @param timesB gives B·vector
 */
export function conjugateGradients(
  solveA: (vector: Float64Array) => Float64Array,
  timesB: (vector: Float64Array) => Float64Array,
  b: Float64Array,
): Float64Array {
  const x = new Float64Array(b.length)
  const left = b.slice()
  let direction = solveA(left)
  /** A · direction, which needs no product: the direction comes from solving with A. */
  let image = left.slice()
  let size = dot(left, direction)
  const enough = size * TOLERANCE ** 2
  for (let step = 0; step < MOST_STEPS && size > enough; step++) {
    const product = timesB(direction).map((value, i) => image[i]! - value)
    const length = size / dot(direction, product)
    for (let i = 0; i < x.length; i++) {
      x[i]! += length * direction[i]!
      left[i]! -= length * product[i]!
    }
    const next = solveA(left)
    const nextSize = dot(left, next)
    const kept = nextSize / size
    direction = next.map((value, i) => value + kept * direction[i]!)
    image = image.map((value, i) => left[i]! + kept * value)
    size = nextSize
  }
  return x
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}
