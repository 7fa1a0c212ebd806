import type { Ask } from './ask.ts'
import { type CandidateTable, DEAL } from './candidate-table.ts'
import type { Decision } from './decision.ts'
import { readName } from './names.ts'
import { expectedCostUsd } from './predict.ts'
import { type PromptRatings, predictedQuality } from './quality.ts'

/**
 * The counterfactual: what one model for everything would have given here. It is the model that the configuration
 * names, or else the best on average, at its cheapest stated price and without regard to the call's limits.
 * Undefined when the model cannot be bought here or nobody states a price for it.
 */
export function baselineOf(
  table: CandidateTable,
  ask: Ask,
  configured: string | undefined,
  ratings: PromptRatings,
): Decision['baseline'] {
  const model = configured === undefined ? table.bestOnAverage : modelNamed(configured, table)
  if (model < 0) return undefined
  let costUsd = Infinity
  for (let e = table.firstEndpoint[model]!; e < table.firstEndpoint[model + 1]!; e++) {
    if (table.deal[e] !== DEAL.priced) continue
    costUsd = Math.min(costUsd, expectedCostUsd(table, e, ask))
  }
  if (costUsd === Infinity) return undefined
  return { model: table.models[model]!.slug, quality: predictedQuality(ratings, model), costUsd }
}

function modelNamed(name: string, table: CandidateTable): number {
  const meaning = readName(name, table.names, (e) => table.model[e]!)
  return meaning.kind === 'model' ? meaning.model : -1
}
