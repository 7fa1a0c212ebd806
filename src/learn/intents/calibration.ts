import { INTENTS, type IntentName } from '../../understand/intent-names.ts'
import type { IntentHead } from '../../understand/intents.ts'
import { DIMENSIONS, intentDirection } from './fit-embedder.ts'

/** What turns the cosines to the intents' directions into probabilities. */
export interface Calibration {
  /** What the cosines are multiplied with before the softmax: the inverse temperature. */
  readonly sharpness: number
  /** Added afterwards, in the order of INTENTS: log odds of how common an intent is. */
  readonly bias: Float32Array
}

/** Pull of every bias towards 0, so that an intent which was hardly seen keeps its place. */
const RIDGE = 0.004
const ROUNDS = 2
const STEPS = 150
const STEP_LENGTH = 8

/**
 * Finds the sharpness and the biases that make the labels of held-out prompts most likely (vector scaling, Guo et al.
 * 2017, with one sharpness for all intents), the two in turn.
 */
export function fitCalibration(
  embeddings: readonly Float32Array[],
  labels: readonly IntentName[],
): Calibration {
  const cosines = cosinesOf(embeddings)
  let calibration: Calibration = { sharpness: 8, bias: new Float32Array(INTENTS.length) }
  for (let round = 0; round < ROUNDS; round++) {
    const bias = likeliestBias(cosines, labels, calibration.sharpness)
    calibration = { sharpness: likeliestSharpness(cosines, labels, bias), bias }
  }
  return calibration
}

/** The sharpness alone, under given biases. */
export function fitSharpness(
  embeddings: readonly Float32Array[],
  labels: readonly IntentName[],
  bias: Float32Array,
): number {
  return likeliestSharpness(cosinesOf(embeddings), labels, bias)
}

/** The head that goes with `fitEmbedder`: the cosine to each intent's direction, sharpened, and the biases. */
export function intentHead({ sharpness, bias }: Calibration): IntentHead {
  const weights = new Float32Array(INTENTS.length * DIMENSIONS)
  for (let c = 0; c < INTENTS.length; c++) {
    weights.set(
      intentDirection(c).map((entry) => entry * sharpness),
      c * DIMENSIONS,
    )
  }
  return { weights, bias }
}

/** One row per embedding, one cosine per intent. */
function cosinesOf(embeddings: readonly Float32Array[]): readonly Float64Array[] {
  const directions = INTENTS.map((_, intent) => intentDirection(intent))
  return embeddings.map((embedding) =>
    Float64Array.from(directions, (direction) => {
      let cosine = 0
      for (let d = 0; d < DIMENSIONS; d++) cosine += direction[d]! * embedding[d]!
      return cosine
    }),
  )
}

function likeliestBias(
  cosines: readonly Float64Array[],
  labels: readonly IntentName[],
  sharpness: number,
): Float32Array {
  const counts = new Float64Array(INTENTS.length)
  for (const label of labels) counts[INTENTS.indexOf(label)]!++
  const bias = new Float64Array(INTENTS.length)
  const odds = new Float64Array(INTENTS.length)
  const expected = new Float64Array(INTENTS.length)
  for (let step = 0; step < STEPS; step++) {
    expected.fill(0)
    for (const row of cosines) {
      let sum = 0
      for (let c = 0; c < odds.length; c++) {
        odds[c] = Math.exp(sharpness * row[c]! + bias[c]!)
        sum += odds[c]!
      }
      for (let c = 0; c < odds.length; c++) expected[c]! += odds[c]! / sum
    }
    for (let c = 0; c < bias.length; c++) {
      bias[c]! += STEP_LENGTH * ((counts[c]! - expected[c]!) / cosines.length - RIDGE * bias[c]!)
    }
  }
  return Float32Array.from(bias)
}

/** Golden-section search: the likelihood has one top in the sharpness. */
function likeliestSharpness(
  cosines: readonly Float64Array[],
  labels: readonly IntentName[],
  bias: Float32Array,
): number {
  const wanted = labels.map((label) => INTENTS.indexOf(label))
  const surprise = (sharpness: number): number => {
    let sum = 0
    for (const [i, row] of cosines.entries()) {
      let odds = 0
      for (let c = 0; c < row.length; c++) odds += Math.exp(sharpness * row[c]! + bias[c]!)
      sum += Math.log(odds) - sharpness * row[wanted[i]!]! - bias[wanted[i]!]!
    }
    return sum
  }
  const ratio = (Math.sqrt(5) - 1) / 2
  let low = 1
  let high = 40
  while (high - low > 0.05) {
    const left = high - ratio * (high - low)
    const right = low + ratio * (high - low)
    if (surprise(left) <= surprise(right)) high = right
    else low = left
  }
  return Math.round((low + high) * 5) / 10
}
