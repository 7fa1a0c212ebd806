/** Kinds of prompts that the outcomes' labels named: what tells them apart, and how good each model is at them. */
export interface Kinds {
  readonly names: readonly string[]
  /** Of a multinomial logistic regression, (1 + features) × kinds: first the constants, then those of `kindFeatures`. */
  readonly weights: Float32Array
  /** kinds × models */
  readonly table: Float32Array
}

/** What kinds are told apart by: the text's coordinates, its shape and its intents. */
export function kindFeatures(
  coordinates: Float32Array,
  shape: Float32Array,
  intents: Float32Array,
): Float32Array {
  const row = new Float32Array(coordinates.length + shape.length + intents.length)
  row.set(coordinates)
  row.set(shape, coordinates.length)
  row.set(intents, coordinates.length + shape.length)
  return row
}

/** Probability of every kind. */
export function kindProbabilities(
  { names, weights }: Pick<Kinds, 'names' | 'weights'>,
  features: Float32Array,
): Float32Array {
  const kinds = names.length
  const scores = Float64Array.from(weights.subarray(0, kinds))
  for (let f = 0, at = kinds; f < features.length; f++, at += kinds) {
    const value = features[f]!
    if (value !== 0) for (let k = 0; k < kinds; k++) scores[k]! += value * weights[at + k]!
  }
  return Float32Array.from(softmax(scores))
}

/** Probabilities in proportion to the exponentials of scores. */
export function softmax(scores: Float64Array): Float64Array {
  const most = Math.max(...scores)
  const exponentials = scores.map((score) => Math.exp(score - most))
  const total = exponentials.reduce((a, b) => a + b, 0)
  return exponentials.map((value) => value / total)
}
