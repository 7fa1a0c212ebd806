import { inSteps } from '../../decide/predictor/steps.ts'
import { type PointRows, pointRows } from '../../simd/rows.ts'

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
/** So many points for each cell tell where its middle is; the others are only put into cells. */
const POINTS_PER_CELL = 32

/**
 * Spherical k-means (Dhillon and Modha 2001): points of unit length go to the middle they have the largest cosine with,
 * and the middles move to the mean direction of their points. Starts from random points, and moves by a sample of them.
 */
export function cellsOf(points: Float32Array, width: number, cells: number, random: () => number): Cells {
  const count = points.length / width
  const pick = () => Math.floor(random() * count)
  const centres = new Float32Array(cells * width)
  for (let c = 0; c < cells; c++) centres.set(pointAt(points, width, pick()), c * width)
  const all = Int32Array.from({ length: count }, (_, i) => i)
  const sample = count <= cells * POINTS_PER_CELL ? all : all.subarray(0, cells * POINTS_PER_CELL).map(pick)
  const middles = pointRows(inSteps(centres), width)
  for (let round = 0; round < ROUNDS; round++) {
    moveCentres(points, width, sample, cellsOfPoints(points, sample, middles), centres)
    middles.values.set(inSteps(centres))
  }
  const cellOf = cellsOfPoints(points, all, middles)
  const starts = new Int32Array(cells + 1)
  for (const c of cellOf) starts[c + 1]!++
  for (let c = 0; c < cells; c++) starts[c + 1]! += starts[c]!
  const prompts = all.sort((a, b) => cellOf[a]! - cellOf[b]! || a - b)
  return { prompts, starts, centres }
}

function pointAt(points: Float32Array, width: number, i: number): Float32Array {
  return points.subarray(i * width, (i + 1) * width)
}

/** The nearest middle of each of some points. */
function cellsOfPoints(points: Float32Array, some: Int32Array, middles: PointRows): Int32Array {
  const { width, products } = middles
  return some.map((i) => {
    const dots = middles.dots(0, products.length, inSteps(pointAt(points, width, i)))
    let best = 0
    for (let c = 1; c < dots.length; c++) if (dots[c]! > dots[best]!) best = c
    return best
  })
}

/** A cell without points keeps its middle. */
function moveCentres(
  points: Float32Array,
  width: number,
  some: Int32Array,
  cellOf: Int32Array,
  centres: Float32Array,
): void {
  const sums = new Float64Array(centres.length)
  for (const [at, i] of some.entries())
    for (let d = 0; d < width; d++) sums[cellOf[at]! * width + d]! += points[i * width + d]!
  for (let at = 0; at < sums.length; at += width) {
    const norm = Math.hypot(...sums.subarray(at, at + width))
    if (norm > 0) for (let d = 0; d < width; d++) centres[at + d] = sums[at + d]! / norm
  }
}
