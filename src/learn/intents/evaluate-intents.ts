import { type Embedder, hashedEmbedder } from '../../understand/embedder.ts'
import type { IntentName } from '../../understand/intent-names.ts'
import { type IntentHead, intentProbabilities } from '../../understand/intents.ts'
import { fitCalibration, intentHead } from './calibration.ts'
import { crossValidate, FOLDS, type HeldOut } from './cross-validate.ts'
import { fitEmbedder } from './fit-embedder.ts'
import { hashPrompt } from './hashed-prompt.ts'
import type { LabelledPrompt } from './labelled-prompts.ts'

/** An embedder and the head that was fitted with it. */
export interface IntentClassifier {
  readonly embedder: Embedder
  readonly head: IntentHead
}

/** Steps that `fitClassifier` reports; `crossValidatedPredictions` reports one less. */
export const FITTING_STEPS = FOLDS + 1

/** A prompt of the user's says more about the user's traffic than one of ours. Tuned on the public file. */
const OWN_WEIGHT = 3

/** Predicts the intents of prompts in the way `understand` does: probabilities in the order of INTENTS. */
export function predictIntents(
  prompts: readonly LabelledPrompt[],
  { embedder, head }: IntentClassifier,
): readonly Float32Array[] {
  return prompts.map(({ prompt }) =>
    intentProbabilities(embedder.embed({ text: prompt, turnStart: 0 }), head),
  )
}

/**
 * Fits a classifier on labelled prompts and, with less weight, on the prompts `beside` them. Sharpness and biases come
 * from cross-validation on `prompts`.
 */
export function fitClassifier(
  prompts: readonly LabelledPrompt[],
  beside: readonly LabelledPrompt[],
  progress: (message: string) => void,
): IntentClassifier {
  const weighted = withWeight(prompts)
  const held = crossValidate(weighted, beside, (fold) => progress(`fold ${fold} of ${FOLDS}`))
  const head = intentHead(fitCalibration(held.embeddings, held.labels))
  const embedder = hashedEmbedder('fitted', fitEmbedder([...beside, ...weighted].map(hashPrompt)))
  progress('all prompts')
  return { embedder, head }
}

/**
 * Predicts every prompt by a classifier fitted on the other four fifths and on `beside`; sharpness and biases are
 * fitted on the held-out predictions of the other folds. In the order of `prompts`.
 */
export function crossValidatedPredictions(
  prompts: readonly LabelledPrompt[],
  beside: readonly LabelledPrompt[],
  progress: (message: string) => void,
): readonly Float32Array[] {
  const held = crossValidate(withWeight(prompts), beside, (fold) => progress(`fold ${fold} of ${FOLDS}`))
  const heads = Array.from({ length: FOLDS }, (_, fold) => headOfOthers(held, fold))
  return held.embeddings.map((embedding, i) => intentProbabilities(embedding, heads[held.folds[i]!]!))
}

function headOfOthers({ embeddings, labels, folds }: HeldOut, fold: number): IntentHead {
  const isOther = (_: Float32Array | IntentName, i: number) => folds[i] !== fold
  return intentHead(fitCalibration(embeddings.filter(isOther), labels.filter(isOther)))
}

function withWeight(prompts: readonly LabelledPrompt[]): readonly LabelledPrompt[] {
  return prompts.map((prompt) => ({ ...prompt, weight: OWN_WEIGHT }))
}
