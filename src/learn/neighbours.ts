import {
  closeness,
  familiarity,
  type NeighbourIndex,
  nearest,
  STEPS,
  sayOfNeighbours,
} from '../decide/predictor/neighbours.ts'
import { cellsOf } from './cells.ts'
import type { Member, PromptViews, Residuals } from './member.ts'

/** Neighbours ready to be searched, and which of the prompts fitted on each anchor is. */
export interface FittedNeighbours {
  readonly index: NeighbourIndex
  readonly prompts: Int32Array
  /** Of each prompt among those outside its part. */
  readonly familiarity: Float64Array
}

/**
 * Mean quality of the most similar prompts, see `sayOfNeighbours`. Prompts are gathered into √n cells of alike ones, so
 * that a search looks at few of them.
 */
export function fitNeighbours(
  views: PromptViews,
  { models, values, part }: Residuals,
  random: () => number,
): Member<FittedNeighbours> {
  const { coordinates, directions: width, count } = views
  const { prompts, starts, centres } = cellsOf(coordinates, width, Math.ceil(Math.sqrt(count)), random)
  const points = new Int8Array(count * width)
  const residuals = new Float32Array(count * models)
  for (const [anchor, i] of prompts.entries()) {
    for (let d = 0; d < width; d++)
      points[anchor * width + d] = Math.round(STEPS * coordinates[i * width + d]!)
    for (let m = 0; m < models; m++) residuals[anchor * models + m] = values[i * models + m]!
  }
  const nearby = new Float32Array(count)
  const index = { dimensions: width, points, starts, centres, residuals, closeness: nearby }
  const heldOut = new Float64Array(count * models)
  const found = Array.from({ length: count }, (_, i) => {
    const own = coordinates.subarray(i * width, (i + 1) * width)
    return nearest(index, own, (anchor) => part[prompts[anchor]!] !== part[i])
  })
  for (const [anchor, i] of prompts.entries()) nearby[anchor] = closeness(found[i]!)
  for (const [i, neighbours] of found.entries())
    heldOut.set(sayOfNeighbours(index, neighbours, models).say, i * models)
  const known = Float64Array.from(found, (neighbours) => familiarity(index, neighbours))
  return { heldOut, fitted: { index, prompts, familiarity: known } }
}
