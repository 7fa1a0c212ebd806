import { closeness, type NeighbourIndex, nearest, sayOfNeighbours } from '../decide/predictor/neighbours.ts'
import { packPoints } from '../decide/predictor/packed-points.ts'
import { cellsOf } from './cells.ts'
import type { Member, PromptViews, Residuals } from './member.ts'

/** Neighbours ready to be searched, and which of the prompts fitted on each anchor is. */
export interface FittedNeighbours extends IndexedPrompts {
  /** Of each prompt to those outside its part. */
  readonly closeness: Float64Array
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
  const close = new Float64Array(count)
  for (let i = 0; i < count; i++) {
    const own = coordinates.subarray(i * width, (i + 1) * width)
    const found = nearest(index, own, (anchor) => part[prompts[anchor]!] !== part[i])
    heldOut.set(sayOfNeighbours(index, found, models).say, i * models)
    close[i] = closeness(found)
  }
  return { heldOut, fitted: { index, prompts, closeness: close } }
}

/** Gathers prompts into 2√n cells of alike ones, so that a search looks at few of them. */
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
    dimensions: width,
    points: packPoints(points, width),
    starts,
    centres: packPoints(centres, width),
    residuals,
  }
  return { index, prompts }
}
