/** Vectors of the texts asked for last: tool loops and retries come back with the same last turn. */
export interface RecentVectors {
  get(text: string): Float32Array | undefined
  set(text: string, vector: Float32Array): void
}

/** @param most texts that are remembered; beyond that the one unused for longest is forgotten. */
export function recentVectors(most: number): RecentVectors {
  // A Map keeps the order in which its entries were put in: the first is the one unused for longest.
  const vectors = new Map<string, Float32Array>()
  const put = (text: string, vector: Float32Array) => {
    vectors.delete(text)
    vectors.set(text, vector)
  }
  return {
    get(text) {
      const vector = vectors.get(text)
      if (vector !== undefined) put(text, vector)
      return vector
    },
    set(text, vector) {
      put(text, vector)
      if (vectors.size > most) vectors.delete(vectors.keys().next().value!)
    },
  }
}
