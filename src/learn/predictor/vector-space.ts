import type { OutsideVectors } from '../../understand/embedder.ts'
import type { PromptText } from '../../understand/text.ts'
import type { VectorTable } from '../../understand/vector-space.ts'
import { latentDirections } from '../latent-space.ts'
import { shuffle } from '../random.ts'
import type { SparseMatrix } from '../sparse-matrix.ts'

/** Directions are learned from so many texts at most: more change them little and take time. */
const MOST_TEXTS = 4_000

/**
 * Learns the directions in which the vectors that an embedder outside gave these texts differ most: principal component
 * analysis, of a sample where there are many.
 *
 * @param size directions, a multiple of 8; those beyond what the vectors span are zero
 */
export function fitVectorSpace(
  texts: readonly PromptText[],
  outside: OutsideVectors,
  size: number,
  random: () => number,
): VectorTable {
  const vectors = shuffle([...texts], random)
    .slice(0, MOST_TEXTS)
    .map(({ vector }) => vector!)
  const mean = meanOf(vectors)
  return {
    outside,
    dimensions: size,
    mean,
    directions: latentDirections(centred(vectors, mean), size, random),
  }
}

function meanOf(vectors: readonly Float32Array[]): Float32Array {
  const sum = new Float64Array(vectors[0]!.length)
  for (const vector of vectors) for (let v = 0; v < sum.length; v++) sum[v]! += vector[v]!
  return Float32Array.from(sum, (total) => total / vectors.length)
}

/** Every column of every row is there: dense, in the form that the decomposition reads. */
function centred(vectors: readonly Float32Array[], mean: Float32Array): SparseMatrix {
  const rows = vectors.length
  const width = mean.length
  const values = new Float32Array(rows * width)
  for (const [row, vector] of vectors.entries())
    for (let v = 0; v < width; v++) values[row * width + v] = vector[v]! - mean[v]!
  return {
    rows,
    width,
    starts: Int32Array.from({ length: rows + 1 }, (_, row) => row * width),
    columns: Int32Array.from({ length: rows * width }, (_, i) => i % width),
    values,
  }
}
