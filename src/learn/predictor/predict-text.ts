import { type Prediction, type Predictor, predictOutcomes } from '../../decide/predictor/predictor.ts'
import type { IntentArtifact } from '../../understand/artifact.ts'
import type { Embedder } from '../../understand/embedder.ts'
import { intentProbabilities } from '../../understand/intents.ts'
import type { PromptText } from '../../understand/text.ts'
import { promptTraits } from '../../understand/traits.ts'

/** Reads a text as a call with it would be read, and predicts how every model would do. */
export function predictText(
  text: PromptText,
  predictor: Predictor,
  space: Embedder,
  { embedder, head }: IntentArtifact,
): Prediction {
  const intents = intentProbabilities(embedder.embed(text), head)
  return predictOutcomes(predictor, intents, promptTraits(text, space))
}
