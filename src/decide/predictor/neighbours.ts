import type { PointRows } from '../../simd/rows.ts'
import { heapify, takeBest } from '../heap.ts'
import { largest } from './largest.ts'
import { cosineOf, inSteps } from './steps.ts'

/** Prompts with known outcomes, laid out so that the most similar ones are found without looking at all of them. */
export interface NeighbourIndex {
  /** The anchors' coordinates, `inSteps`, those of a cell side by side. */
  readonly points: PointRows
  /** Cell c holds the anchors from starts[c] up to and without starts[c + 1]. */
  readonly starts: Int32Array
  /** Middle of each cell. */
  readonly centres: PointRows
  /** Quality minus the model's mean, anchors × models; NaN where nothing is known. */
  readonly residuals: Float32Array
  /** `closeness` of each anchor to the others. */
  readonly closeness: Float32Array
}

/** The most similar anchors, most similar first. */
export interface Neighbours {
  readonly anchors: readonly number[]
  /** Cosines, rounded as the points are. */
  readonly similarity: readonly number[]
}

/** So many neighbours speak. */
const NEIGHBOURS = 100
/** At least so many anchors are looked at, in the nearest cells. */
const LOOKED_AT = 1_500
/** Similarity, summed over neighbours, that the model's overall mean counts for. */
export const PSEUDO_SIMILARITY = 10

/**
 * The 100 anchors most similar to a prompt, of those in the cells nearest to it: at least 1,500 are looked at, so that a
 * smaller index is searched exactly. Anchors without any similarity are left out.
 *
 * @param at the prompt's unit-length coordinates
 * @param mayCount when given, only these anchors are looked at
 */
export function nearest(
  index: NeighbourIndex,
  at: Float32Array,
  mayCount?: (anchor: number) => boolean,
): Neighbours {
  const { starts, points, centres } = index
  const steps = inSteps(at)
  const cells = starts.length - 1
  const nearness = centres.dots(0, cells, steps)
  const isNearer = (a: number, b: number) =>
    nearness[a]! > nearness[b]! || (nearness[a] === nearness[b] && a < b)
  const unvisited = new Int32Array(cells)
  for (let cell = 0; cell < cells; cell++) unvisited[cell] = cell
  heapify(unvisited, cells, isNearer)
  /** Cells that were looked at, and how many anchors in all before each. */
  const visited: number[] = []
  const before: number[] = []
  let looked = 0
  let counted = 0
  while (visited.length < cells && counted < LOOKED_AT) {
    const cell = takeBest(unvisited, cells - visited.length, isNearer)
    const start = starts[cell]!
    const end = starts[cell + 1]!
    visited.push(cell)
    before.push(looked)
    if (start === end) continue
    const dots = points.dots(start, end, steps, looked)
    counted += mayCount === undefined ? end - start : leaveOut(dots, looked, start, end, mayCount)
    looked += end - start
  }
  const dots = points.products.subarray(0, looked)
  const found = largest(dots, NEIGHBOURS)
  const anchors = new Array<number>(found.length)
  const similarity = new Array<number>(found.length)
  for (let i = 0; i < found.length; i++) {
    const place = found[i]!
    // Most of the nearest lie in the cells that were visited first.
    let visit = 0
    while (visit + 1 < before.length && before[visit + 1]! <= place) visit++
    anchors[i] = starts[visited[visit]!]! + place - before[visit]!
    similarity[i] = cosineOf(dots[place]!)
  }
  return { anchors, similarity }
}

/**
 * What neighbours say of every model: their mean quality above the model's own mean, weighted by similarity and shrunk
 * to 0; and on how much similarity that rests.
 */
export function sayOfNeighbours(
  { residuals }: NeighbourIndex,
  { anchors, similarity }: Neighbours,
  models: number,
): { readonly say: Float64Array; readonly weight: Float64Array } {
  const say = new Float64Array(models)
  const weight = new Float64Array(models)
  for (let i = 0; i < anchors.length; i++) {
    const near = similarity[i]!
    const at = anchors[i]! * models
    for (let m = 0; m < models; m++) {
      const value = residuals[at + m]!
      if (Number.isNaN(value)) continue
      say[m]! += near * value
      weight[m]! += near
    }
  }
  for (let m = 0; m < models; m++) say[m]! /= weight[m]! + PSEUDO_SIMILARITY
  return { say, weight }
}

/** So many neighbours say how close a prompt is to what was learned from. */
const CLOSEST = 10

/**
 * How close a prompt is to its neighbours, as a share of how close they are to theirs: about 1 within what was learned
 * from, less outside (a local outlier factor, Breunig et al. 2000). Closeness itself would not do: kinds of prompts differ
 * in how alike their prompts are. 0 without neighbours.
 */
export function familiarity(index: NeighbourIndex, found: Neighbours): number {
  const usual = found.anchors.reduce((sum, anchor) => sum + index.closeness[anchor]!, 0)
  return usual > 0 ? (closeness(found) * found.anchors.length) / usual : 0
}

/** Mean similarity of the closest neighbours, 0..1. */
export function closeness({ similarity }: Neighbours): number {
  let sum = 0
  for (let i = 0; i < CLOSEST; i++) sum += similarity[i] ?? 0
  return sum / CLOSEST
}

/** Sets the dot products of a cell's anchors that do not count to 0, and returns how many do. */
function leaveOut(
  dots: Int32Array,
  place: number,
  start: number,
  end: number,
  mayCount: (anchor: number) => boolean,
): number {
  let counted = 0
  for (let anchor = start; anchor < end; anchor++)
    if (mayCount(anchor)) counted++
    else dots[place + anchor - start] = 0
  return counted
}
