import {
  closeness,
  familiarity,
  type NeighbourIndex,
  nearest,
  sayOfNeighbours,
} from '../../decide/predictor/neighbours.ts'
import { inSteps } from '../../decide/predictor/steps.ts'
import { pointRows } from '../../simd/rows.ts'
import { cellsOf } from './cells.ts'
import type { Member, PromptViews, Residuals } from './member.ts'

/** Neighbours ready to be searched, and which of the prompts fitted on each anchor is. */
export interface FittedNeighbours extends IndexedPrompts {
  /** Of each prompt among those outside its part. */
  readonly familiarity: Float64Array
}

interface IndexedPrompts {
  readonly index: NeighbourIndex
  readonly prompts: Int32Array
}

/** Mean quality of the most similar prompts, see `sayOfNeighbours`. */
export function fitNeighbours(
  views: PromptViews,
  residuals: Residuals,
  random: () => number,
): Member<FittedNeighbours> {
  const { coordinates, directions: width, count } = views
  const { models, part } = residuals
  const { index, prompts } = indexNeighbours(coordinates, width, residuals, random)
  const heldOut = new Float64Array(count * models)
  const found = Array.from({ length: count }, (_, i) => {
    const own = coordinates.subarray(i * width, (i + 1) * width)
    return nearest(index, own, (anchor) => part[prompts[anchor]!] !== part[i])
  })
  for (const [anchor, i] of prompts.entries()) index.closeness[anchor] = closeness(found[i]!)
  for (const [i, neighbours] of found.entries())
    heldOut.set(sayOfNeighbours(index, neighbours, models).say, i * models)
  const known = Float64Array.from(found, (neighbours) => familiarity(index, neighbours))
  return { heldOut, fitted: { index, prompts, familiarity: known } }
}

/** Gathers prompts into 2√n cells of alike ones, so that a search looks at few of them. How close they lie is left at 0. */
export function indexNeighbours(
  coordinates: Float32Array,
  width: number,
  { models, values }: Pick<Residuals, 'models' | 'values'>,
  random: () => number,
): IndexedPrompts {
  const count = coordinates.length / width
  const { prompts, starts, centres } = cellsOf(coordinates, width, Math.ceil(2 * Math.sqrt(count)), random)
  const points = new Float32Array(count * width)
  const residuals = new Float32Array(count * models)
  for (const [anchor, i] of prompts.entries()) {
    points.set(coordinates.subarray(i * width, (i + 1) * width), anchor * width)
    for (let m = 0; m < models; m++) residuals[anchor * models + m] = values[i * models + m]!
  }
  const index = {
    points: pointRows(inSteps(points), width),
    starts,
    centres: pointRows(inSteps(centres), width),
    residuals,
    closeness: new Float32Array(count),
  }
  return { index, prompts }
}
