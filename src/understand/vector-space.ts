import {
  type Embedder,
  type HashedTable,
  hashedEmbedder,
  type OutsideVectors,
  toUnitLength,
} from './embedder.ts'

/** The fitted part of a space made of an outside embedder's vectors: their mean, and the directions they differ in most. */
export interface VectorTable {
  readonly outside: OutsideVectors
  readonly dimensions: number
  readonly mean: Float32Array
  /** vector × dimensions, row-major */
  readonly directions: Float32Array
}

/** The fitted part of a predictor's space: of our own features, or of an outside embedder's vectors. */
export type SpaceTable = HashedTable | VectorTable

/** The embedder that a fitted space makes. */
export function spaceEmbedder(id: string, table: SpaceTable): Embedder {
  return 'outside' in table ? vectorEmbedder(id, table) : hashedEmbedder(id, table)
}

/**
 * Reads a prompt's vector from outside, not its text: the vector's place among the directions, scaled to length 1. A
 * prompt without a vector, or with one of zeros, lies at zero.
 */
function vectorEmbedder(id: string, { outside, dimensions, mean, directions }: VectorTable): Embedder {
  return {
    id,
    dimensions,
    kinds: 0,
    outside,
    embed({ vector }) {
      const sum = new Float64Array(dimensions)
      if (vector?.some((value) => value !== 0))
        for (let v = 0, at = 0; v < mean.length; v++) {
          const value = vector[v]! - mean[v]!
          for (let d = 0; d < dimensions; d++) sum[d]! += value * directions[at++]!
        }
      return toUnitLength(sum)
    },
  }
}
