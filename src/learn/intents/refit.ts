import {
  crossValidatedPredictions,
  FITTING_STEPS,
  fitClassifier,
  predictIntents,
} from './evaluate-intents.ts'
import type { LabelledPrompt } from './labelled-prompts.ts'

/** What a classifier is fitted on that is scored on other prompts. */
export interface Refit {
  /** Those of the user's that are not scored on; none: the scored ones, in five folds. */
  readonly kept: readonly LabelledPrompt[]
  /** How many of the user's are scored on too, and so left out. */
  readonly dropped: number
  /** Ours that are not scored on. */
  readonly beside: readonly LabelledPrompt[]
  /** Steps that `refitPredictions` reports. */
  readonly steps: number
}

/** Takes out of the prompts to fit on, the user's and ours, those whose text is scored on. */
export function planRefit(
  scored: readonly LabelledPrompt[],
  all: readonly LabelledPrompt[],
  own: readonly LabelledPrompt[],
): Refit {
  const kept = without(all, scored)
  const isFitted = kept.length > 0
  return {
    kept,
    dropped: all.length - kept.length,
    beside: without(own, scored),
    steps: isFitted ? FITTING_STEPS : FITTING_STEPS - 1,
  }
}

/** Predicts the prompts by what was fitted without them; five-fold cross-validation where there is nothing else to fit on. */
export function refitPredictions(
  scored: readonly LabelledPrompt[],
  { kept, beside }: Refit,
  progress: (message: string) => void,
): readonly Float32Array[] {
  return kept.length === 0
    ? crossValidatedPredictions(scored, beside, progress)
    : predictIntents(scored, fitClassifier(kept, beside, progress))
}

function without(prompts: readonly LabelledPrompt[], others: readonly LabelledPrompt[]) {
  const texts = new Set(others.map(({ prompt }) => prompt.trim()))
  return prompts.filter(({ prompt }) => !texts.has(prompt.trim()))
}
