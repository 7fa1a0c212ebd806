import type { Prompt } from '../understand/prompt.ts'
import type { CandidateTable } from './candidate-table.ts'
import { mixOfPrompt } from './category-mix.ts'
import { type Prediction, predictMeans, predictOutcomes } from './predictor/predictor.ts'
import { predictedQuality, ratingsFor } from './quality.ts'

/** What the table's predictor says about a prompt; of one whose traits were not read, because its quality decides nothing, the means. */
export function predictionFor(
  { intentProbabilities, traits }: Prompt,
  { quality: { learned } }: CandidateTable,
): Prediction | undefined {
  if (learned === undefined) return undefined
  const { predictor } = learned
  return traits === undefined
    ? predictMeans(predictor, intentProbabilities)
    : predictOutcomes(predictor, intentProbabilities, traits)
}

/** Predicted quality (0..1) of every model's answer to a prompt by the fitted files alone, by the rows of the table's models. */
export function predictedQualities(prompt: Prompt, table: CandidateTable): Float64Array {
  const ratings = ratingsFor(table.quality, mixOfPrompt(prompt), predictionFor(prompt, table))
  return Float64Array.from(table.models, (_, m) => predictedQuality(ratings, m))
}
