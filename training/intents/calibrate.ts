import { type Embedder, hashedEmbedder } from '../../src/understand/embedder.ts'
import { INTENTS, type IntentName } from '../../src/understand/intent-names.ts'
import { type IntentHead, intentProbabilities } from '../../src/understand/intents.ts'
import { DIMENSIONS, fitEmbedder, intentDirection } from './fit-embedder.ts'
import { type IntentScores, scoreIntents } from './metrics.ts'
import type { LabelledPrompt } from './prompts.ts'
import { seededRandom, shuffle } from './softmax.ts'

export const FOLDS = 5
/**
 * Added to the score of `default`, as log odds: our prompts hold as many that fit no intent as of any other, real
 * traffic several times more. Tuned on one half of the public file.
 */
const DEFAULT_BIAS = 2
/**
 * Strangers' prompts are less like ours than ours are like each other, so the sharpness that fits our held-out
 * prompts is too sure of itself elsewhere. Tuned on one half of the public file.
 */
const TRANSFER = 0.95
const SEED = 5

export interface Calibration {
  /** What the cosines are multiplied with before the softmax: the inverse temperature, lowered for transfer. */
  readonly sharpness: number
  /** Scores on the held-out folds, at the sharpness that fits them best. */
  readonly crossValidated: IntentScores
}

/**
 * Finds the sharpness that makes held-out probabilities most likely: every prompt is embedded by an embedder
 * fitted on the other four folds (split within each intent), exactly as it is shipped.
 */
export function calibrate(prompts: readonly LabelledPrompt[], progress: (fold: number) => void): Calibration {
  const folds = assignFolds(prompts)
  const embeddings: Float32Array[] = []
  const labels: IntentName[] = []
  for (let fold = 0; fold < FOLDS; fold++) {
    const embedder = hashedEmbedder('fold', fitEmbedder(prompts.filter((_, i) => folds[i] !== fold)))
    for (const { prompt, intent } of prompts.filter((_, i) => folds[i] === fold)) {
      embeddings.push(embedder.embed({ text: prompt, turnStart: 0 }))
      labels.push(intent)
    }
    progress(fold + 1)
  }
  const likeliest = likeliestSharpness(embeddings, labels)
  const head = intentHead(likeliest)
  const crossValidated = scoreIntents(
    embeddings.map((embedding) => intentProbabilities(embedding, head)),
    labels,
  )
  return { sharpness: Math.round(likeliest * TRANSFER * 10) / 10, crossValidated }
}

/** The head that goes with `fitEmbedder`: the cosine to each intent's direction, sharpened. */
export function intentHead(sharpness: number): IntentHead {
  const weights = new Float32Array(INTENTS.length * DIMENSIONS)
  for (let c = 0; c < INTENTS.length; c++) {
    weights.set(
      intentDirection(c).map((entry) => entry * sharpness),
      c * DIMENSIONS,
    )
  }
  const bias = Float32Array.from(INTENTS, (intent) => (intent === 'default' ? DEFAULT_BIAS : 0))
  return { weights, bias }
}

/** Predicts the intents of prompts in the way `understand` does. */
export function predict(
  prompts: readonly LabelledPrompt[],
  embedder: Embedder,
  head: IntentHead,
): Float32Array[] {
  return prompts.map(({ prompt }) =>
    intentProbabilities(embedder.embed({ text: prompt, turnStart: 0 }), head),
  )
}

function assignFolds(prompts: readonly LabelledPrompt[]): readonly number[] {
  const random = seededRandom(SEED)
  const folds = new Array<number>(prompts.length)
  for (const intent of INTENTS) {
    const own = prompts.flatMap((prompt, i) => (prompt.intent === intent ? [i] : []))
    for (const [rank, i] of shuffle(own, random).entries()) folds[i] = rank % FOLDS
  }
  return folds
}

/** Golden-section search: the likelihood has one top in the sharpness. */
function likeliestSharpness(embeddings: readonly Float32Array[], labels: readonly IntentName[]): number {
  const surprise = (sharpness: number): number => {
    const head = intentHead(sharpness)
    let sum = 0
    for (const [i, embedding] of embeddings.entries()) {
      sum -= Math.log(Math.max(1e-12, intentProbabilities(embedding, head)[INTENTS.indexOf(labels[i]!)]!))
    }
    return sum
  }
  const ratio = (Math.sqrt(5) - 1) / 2
  let low = 1
  let high = 40
  while (high - low > 0.1) {
    const left = high - ratio * (high - low)
    const right = low + ratio * (high - low)
    if (surprise(left) <= surprise(right)) high = right
    else low = left
  }
  return Math.round((low + high) * 5) / 10
}
