import { cosinesOfGroup, GROUP, inSteps, type PackedPoints } from './packed-points.ts'

/** Prompts with known outcomes, laid out so that the most similar ones are found without looking at all of them. */
export interface NeighbourIndex {
  readonly dimensions: number
  /** The anchors' coordinates, those of a cell side by side. */
  readonly points: PackedPoints
  /** Cell c holds the anchors from starts[c] up to and without starts[c + 1]. */
  readonly starts: Int32Array
  /** Middle of each cell. */
  readonly centres: PackedPoints
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
  const { starts, points } = index
  const steps = inSteps(at)
  const cosines = new Float64Array(GROUP)
  const anchors: number[] = []
  const similarity: number[] = []
  let seen = 0
  for (const cell of cellsByDistance(index, steps)) {
    if (seen >= LOOKED_AT) break
    const end = starts[cell + 1]!
    // A cell may begin and end within a group.
    for (let anchor = starts[cell]!; anchor < end; ) {
      const group = Math.floor(anchor / GROUP)
      cosinesOfGroup(points, group, steps, cosines)
      for (const next = Math.min(end, (group + 1) * GROUP); anchor < next; anchor++) {
        if (mayCount !== undefined && !mayCount(anchor)) continue
        seen++
        // Two rounded points may be a little longer than 1.
        const near = Math.min(1, cosines[anchor - group * GROUP]!)
        if (near > 0) insert(anchors, similarity, anchor, near)
      }
    }
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

/** The cells, nearest first; one is looked for only when it is asked for. */
function* cellsByDistance({ centres, starts }: NeighbourIndex, steps: Float64Array): Generator<number> {
  const cells = starts.length - 1
  const similarity = new Float64Array(Math.ceil(cells / GROUP) * GROUP)
  for (let c = 0; c < cells; c += GROUP)
    cosinesOfGroup(centres, c / GROUP, steps, similarity.subarray(c, c + GROUP))
  for (let left = cells; left > 0; left--) {
    let best = -1
    let most = -Infinity
    for (let c = 0; c < cells; c++)
      if (similarity[c]! > most) {
        most = similarity[c]!
        best = c
      }
    yield best
    similarity[best] = -Infinity
  }
}

/** Keeps the lists sorted, the most similar first, and no longer than NEIGHBOURS. */
function insert(anchors: number[], similarity: number[], anchor: number, near: number): void {
  let place = anchors.length
  if (place === NEIGHBOURS) {
    if (near <= similarity[place - 1]!) return
    place--
  }
  while (place > 0 && similarity[place - 1]! < near) {
    anchors[place] = anchors[place - 1]!
    similarity[place] = similarity[place - 1]!
    place--
  }
  anchors[place] = anchor
  similarity[place] = near
}
