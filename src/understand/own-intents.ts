import { SHOWN_INTENTS } from './intents.ts'
import { ownFeatures } from './own-features.ts'
import type { IntentProbability } from './prompt.ts'

/** What tells one intent of the user's own from everything else: a linear logistic model over hashed features. */
export interface Detector {
  readonly bias: number
  /** Hashes of the features that count, and what each counts; the two go together. */
  readonly features: readonly number[]
  readonly weights: readonly number[]
}

/** An intent of the user's own, and how well it is told. */
export interface OwnIntent {
  readonly name: string
  /** What it was fitted on, and can be fitted on again. */
  readonly examples: readonly string[]
  /** How many of the examples are taken for this intent by a detector that was fitted on other ones. */
  readonly recognised: number
  /** Share 0..1 of ordinary prompts, which nothing was fitted on, that are taken for it. */
  readonly mistaken: number
  readonly detector: Detector
}

/** The user's own intents, laid out to be asked. */
export interface OwnIntents {
  /** Changes with every intent that is added or removed. */
  readonly version: string
  readonly names: readonly string[]
  /** In the order of `names`. */
  readonly bias: Float64Array
  /** Row of each feature that counts. */
  readonly rowOf: ReadonlyMap<number, number>
  /** rows × names, row-major. */
  readonly weights: Float64Array
}

/** Odds beyond e to this power are as good as certain. */
const MOST_LOG_ODDS = 30

/** Lays out detectors so that each feature of a prompt is looked up once, however many intents there are. */
export function compileOwnIntents(
  version: string,
  intents: readonly Pick<OwnIntent, 'name' | 'detector'>[],
): OwnIntents {
  const known = [...new Set(intents.flatMap(({ detector }) => detector.features))]
  const rowOf = new Map(known.map((hash, row) => [hash | 0, row]))
  const weights = new Float64Array(known.length * intents.length)
  for (const [i, { detector }] of intents.entries()) {
    for (const [f, hash] of detector.features.entries())
      weights[rowOf.get(hash | 0)! * intents.length + i] = detector.weights[f]!
  }
  return {
    version,
    names: intents.map(({ name }) => name),
    bias: Float64Array.from(intents, ({ detector }) => detector.bias),
    rowOf,
    weights,
  }
}

/**
 * The probability of each own intent, in the order of `names`. They compete with each other and with "none of them",
 * whose odds are 1, so that their sum stays below 1: with one own intent it is what its detector says.
 */
export function ownProbabilities(text: string, { bias, rowOf, weights }: OwnIntents): Float64Array {
  const odds = Float64Array.from(bias)
  const { hashes, values, count } = ownFeatures(text)
  for (let f = 0; f < count; f++) {
    const row = rowOf.get(hashes[f]! | 0)
    if (row === undefined) continue
    for (let i = 0, at = row * odds.length; i < odds.length; i++, at++) odds[i]! += values[f]! * weights[at]!
  }
  let sum = 1
  for (let i = 0; i < odds.length; i++) {
    odds[i] = Math.exp(Math.max(-MOST_LOG_ODDS, Math.min(MOST_LOG_ODDS, odds[i]!)))
    sum += odds[i]!
  }
  for (let i = 0; i < odds.length; i++) odds[i]! /= sum
  return odds
}

/**
 * The most probable of all intents, best first: own ones have their probability, the shipped ones share what is left.
 *
 * @param shipped the most probable shipped intents, of probabilities that sum to 1
 * @param own what `ownProbabilities` says
 */
export function topOfAll(
  shipped: readonly IntentProbability[],
  own: Float64Array,
  { names }: OwnIntents,
): readonly IntentProbability[] {
  const left = own.reduce((rest, p) => rest - p, 1)
  return [
    ...names.map((intent, i) => ({ intent, p: own[i]! })),
    ...shipped.map(({ intent, p }) => ({ intent, p: p * left })),
  ]
    .sort((a, b) => b.p - a.p)
    .slice(0, SHOWN_INTENTS)
}
