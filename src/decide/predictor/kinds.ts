import type { PromptTraits } from '../../understand/prompt.ts'

/** Kinds of prompts that the outcomes' labels named: what tells them apart, and how good each model is at them. */
export interface Kinds {
  readonly names: readonly string[]
  /** What each of `kindFeatures` is on average, and one over its standard deviation. */
  readonly mean: Float32Array
  readonly scale: Float32Array
  /** Of a multinomial logistic regression, (1 + features) × kinds: first the constants, then those of `kindFeatures`. */
  readonly weights: Float32Array
  /** kinds × models */
  readonly table: Float32Array
}

/** A feature farther from its mean than so many standard deviations counts as if it were that far. */
const FARTHEST = 3

/**
 * What kinds are told apart by, besides what the words vote: the text's shape and its intents.
 *
 * @param coordinates for a text space without votes, whose coordinates stand in for them
 */
export function kindFeatures(
  shape: Float32Array,
  intents: Float32Array,
  coordinates?: Float32Array,
): Float32Array {
  const row = new Float32Array(shape.length + intents.length + (coordinates?.length ?? 0))
  row.set(shape)
  row.set(intents, shape.length)
  if (coordinates !== undefined) row.set(coordinates, shape.length + intents.length)
  return row
}

/** Features from their mean in standard deviations, bounded; in place. */
export function standardised(
  features: Float32Array,
  { mean, scale }: Pick<Kinds, 'mean' | 'scale'>,
): Float32Array {
  for (let f = 0; f < features.length; f++) {
    const value = (features[f]! - mean[f]!) * scale[f]!
    features[f] = value > FARTHEST ? FARTHEST : value < -FARTHEST ? -FARTHEST : value
  }
  return features
}

/** Probability of every kind of a prompt. */
export function kindProbabilities(
  kinds: Kinds,
  { coordinates, votes, shape }: PromptTraits,
  intents: Float32Array,
): Float32Array {
  const { names, weights } = kinds
  const count = names.length
  const asked = kindFeatures(shape, intents, votes.length === 0 ? coordinates : undefined)
  const features = standardised(asked, kinds)
  const scores = Float64Array.from(weights.subarray(0, count))
  for (let k = 0; k < votes.length; k++) scores[k]! += votes[k]!
  for (let f = 0, at = count; f < features.length; f++, at += count) {
    const value = features[f]!
    if (value !== 0) for (let k = 0; k < count; k++) scores[k]! += value * weights[at + k]!
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
