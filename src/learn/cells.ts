/** Points gathered into cells of alike ones. */
export interface Cells {
  /** Numbers of the points, those of a cell side by side. */
  readonly prompts: Int32Array
  /** Cell c holds the points from starts[c] up to and without starts[c + 1]. */
  readonly starts: Int32Array
  /** Unit-length middle of each cell, cells × width. */
  readonly centres: Float32Array
}

/** Rounds of moving the middles; cells need not be the best, only good. */
const ROUNDS = 6

/**
 * Spherical k-means (Dhillon and Modha 2001): points of unit length go to the middle they have the largest cosine with,
 * and the middles move to the mean direction of their points. Starts from random points.
 */
export function cellsOf(points: Float32Array, width: number, cells: number, random: () => number): Cells {
  const count = points.length / width
  const centres = new Float32Array(cells * width)
  for (let c = 0; c < cells; c++) {
    const i = Math.floor(random() * count)
    centres.set(points.subarray(i * width, (i + 1) * width), c * width)
  }
  const cellOf = new Int32Array(count)
  for (let round = 0; ; round++) {
    for (let i = 0; i < count; i++) cellOf[i] = nearestCentre(points, i * width, centres, width)
    if (round === ROUNDS) break
    moveCentres(points, width, cellOf, centres)
  }
  const starts = new Int32Array(cells + 1)
  for (const c of cellOf) starts[c + 1]!++
  for (let c = 0; c < cells; c++) starts[c + 1]! += starts[c]!
  const prompts = Int32Array.from(cellOf.keys()).sort((a, b) => cellOf[a]! - cellOf[b]! || a - b)
  return { prompts, starts, centres }
}

function nearestCentre(points: Float32Array, at: number, centres: Float32Array, width: number): number {
  let best = 0
  let most = -Infinity
  for (let c = 0; c * width < centres.length; c++) {
    let sum = 0
    for (let d = 0; d < width; d++) sum += points[at + d]! * centres[c * width + d]!
    if (sum > most) {
      most = sum
      best = c
    }
  }
  return best
}

/** A cell without points keeps its middle. */
function moveCentres(points: Float32Array, width: number, cellOf: Int32Array, centres: Float32Array): void {
  const sums = new Float64Array(centres.length)
  for (let i = 0; i < cellOf.length; i++)
    for (let d = 0; d < width; d++) sums[cellOf[i]! * width + d]! += points[i * width + d]!
  for (let at = 0; at < sums.length; at += width) {
    const norm = Math.hypot(...sums.subarray(at, at + width))
    if (norm > 0) for (let d = 0; d < width; d++) centres[at + d] = sums[at + d]! / norm
  }
}
