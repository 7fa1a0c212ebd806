import type { Member, PromptViews, Residuals } from './member.ts'

const NEIGHBOURS = 100
/** Similarity, summed over neighbours, that the model's overall mean counts for. */
const PSEUDO_SIMILARITY = 10
/** More prompts are not searched: the fit's time grows with their square. */
const MOST_ANCHORS = 10_000

/**
 * Mean quality of the 100 most similar prompts, weighted by their cosine and shrunk to the model's overall mean.
 * Searched exactly.
 */
export function fitNeighbours(views: PromptViews, { models, values, part }: Residuals): Member {
  const width = views.directions
  const anchors = Math.min(views.count, MOST_ANCHORS)
  const own = unitRows(views.latent, width)
  const points = own.subarray(0, anchors * width)
  const similarity = new Float32Array(anchors)

  /** `left`: the part that is left out for each prompt; nothing when there is none. */
  const predict = (queries: Float32Array, count: number, left?: Int32Array): Float64Array => {
    const out = new Float64Array(count * models)
    const weight = new Float64Array(models)
    for (let i = 0; i < count; i++) {
      for (let j = 0; j < anchors; j++)
        similarity[j] =
          left !== undefined && part[j] === left[i] ? 0 : dot(queries, i * width, points, j * width, width)
      const least = nthLargest(similarity, NEIGHBOURS)
      weight.fill(0)
      for (let j = 0; j < anchors; j++) {
        const near = similarity[j]!
        if (near < least || near <= 0) continue
        for (let m = 0; m < models; m++) {
          const value = values[j * models + m]!
          if (Number.isNaN(value)) continue
          out[i * models + m]! += near * value
          weight[m]! += near
        }
      }
      for (let m = 0; m < models; m++) out[i * models + m]! /= weight[m]! + PSEUDO_SIMILARITY
    }
    return out
  }
  return {
    heldOut: predict(own, views.count, part),
    predict: ({ latent, count }) => predict(unitRows(latent, width), count),
  }
}

function unitRows(rows: Float32Array, width: number): Float32Array {
  const unit = Float32Array.from(rows)
  for (let at = 0; at < unit.length; at += width) {
    const norm = Math.sqrt(dot(unit, at, unit, at, width))
    if (norm > 0) for (let c = 0; c < width; c++) unit[at + c]! /= norm
  }
  return unit
}

function dot(a: Float32Array, atA: number, b: Float32Array, atB: number, width: number): number {
  let sum = 0
  for (let c = 0; c < width; c++) sum += a[atA + c]! * b[atB + c]!
  return sum
}

/** The n-th largest value, or the least where there are fewer. */
function nthLargest(values: Float32Array, n: number): number {
  const sorted = values.slice().sort()
  return sorted[Math.max(0, sorted.length - n)] ?? 0
}
