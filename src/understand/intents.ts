import { INTENTS } from './intent-names.ts'
import type { IntentProbability } from './prompt.ts'

/** A linear softmax over an embedding, one row of weights per intent in the order of INTENTS. */
export interface IntentHead {
  /** INTENTS.length × dimensions, row-major; the calibrated temperature is multiplied in. */
  readonly weights: Float32Array
  readonly bias: Float32Array
}

/** Intents of a prompt that are shown and recorded. */
export const SHOWN_INTENTS = 5

/** The probability of every intent, in the order of INTENTS; they sum to 1 (to float32 precision). */
export function intentProbabilities(embedding: Float32Array, head: IntentHead): Float32Array {
  const { weights, bias } = head
  const dimensions = embedding.length
  const probabilities = new Float32Array(INTENTS.length)
  let highest = -Infinity
  for (let c = 0; c < probabilities.length; c++) {
    const logit = bias[c]! + dot(weights, c * dimensions, embedding)
    probabilities[c] = logit
    if (logit > highest) highest = logit
  }
  let sum = 0
  for (let c = 0; c < probabilities.length; c++) {
    const odds = Math.exp(probabilities[c]! - highest)
    probabilities[c] = odds
    sum += odds
  }
  for (let c = 0; c < probabilities.length; c++) probabilities[c]! /= sum
  return probabilities
}

/** The five most probable intents, best first; ties keep the order of INTENTS. */
export function topIntents(probabilities: Float32Array): readonly IntentProbability[] {
  const top: IntentProbability[] = []
  for (let c = 0; c < INTENTS.length; c++) {
    const p = probabilities[c]!
    if (top.length === SHOWN_INTENTS && p <= top[SHOWN_INTENTS - 1]!.p) continue
    // Where there are five, the last makes room.
    let at = Math.min(top.length, SHOWN_INTENTS - 1)
    for (; at > 0 && top[at - 1]!.p < p; at--) top[at] = top[at - 1]!
    top[at] = { intent: INTENTS[c]!, p }
  }
  return top
}

/** Four sums side by side: one would wait for itself at every step. */
function dot(weights: Float32Array, at: number, embedding: Float32Array): number {
  let s0 = 0
  let s1 = 0
  let s2 = 0
  let s3 = 0
  for (let d = 0; d < embedding.length; d += 4) {
    s0 += weights[at + d]! * embedding[d]!
    s1 += weights[at + d + 1]! * embedding[d + 1]!
    s2 += weights[at + d + 2]! * embedding[d + 2]!
    s3 += weights[at + d + 3]! * embedding[d + 3]!
  }
  return s0 + s1 + (s2 + s3)
}
