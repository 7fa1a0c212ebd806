import { estimatedCostUsd } from '../market/cost.ts'
import type { Model } from '../market/offer.ts'
import { type CandidateTable, DEAL } from './candidate-table.ts'
import type { ExpectedTokens } from './expected-tokens.ts'
import { readName } from './names.ts'
import { normalCdf } from './normal.ts'
import type { AtLeast } from './policy.ts'
import { expectedCostUsd } from './predict.ts'
import { type PromptRatings, predictedQuality, qualitySd } from './quality.ts'
import { ambiguousModel, unknownModel, unpricedReference } from './refusals.ts'

/**
 * Makes of "at least as good as this model, with this probability" a test of models:
 * P(q ≥ q_ref) = Φ((q − q_ref) / √(sd² + sd_ref²)), with both qualities taken as independent normal variables around
 * their predictions. The errors of two ratings from one leaderboard are partly shared, so this is on the cautious side.
 * The model itself always passes. It may be any of the catalog's, also one that no enabled provider serves.
 *
 * @throws MeritorderError `invalid_request` when nobody knows the model.
 */
export function atLeastAsGood(
  { model: name, probability }: AtLeast,
  table: CandidateTable,
  ratings: PromptRatings,
): (model: number) => boolean {
  const reference = findReference(name, 'at_least', table)
  const there = reference.row === undefined ? table.everything.quality(reference.model) : table.quality
  // Shifts are by the rows of this market.
  const seen = reference.row === undefined ? { ...ratings, table: there, shifts: undefined } : ratings
  const bar = predicted(seen, reference.row ?? 0)
  return (model) => {
    if (model === reference.row) return true
    const quality = predictedQuality(ratings, model)
    const spread = Math.hypot(qualitySd(ratings, model, quality), bar.sd)
    return normalCdf((quality - bar.mean) / spread) >= probability
  }
}

/**
 * What one model would cost for a call, USD: at its cheapest endpoint with a comparable price here, else, where no
 * enabled provider serves it, at the cheapest list price of the catalog.
 *
 * @throws MeritorderError `invalid_request` when nobody knows the model or nobody states a price for it.
 */
export function referenceCostUsd(
  name: string,
  table: CandidateTable,
  promptTokens: number,
  expected: ExpectedTokens,
): number {
  const { row, model } = findReference(name, 'as_cheap_as', table)
  const length = { promptTokens, searchUnits: 1, completionTokens: expected.completionTokens }
  let cheapest = Infinity
  if (row === undefined) {
    for (const { model: slug, price } of table.everything.catalog.endpoints) {
      if (slug !== model.slug || price === undefined) continue
      const cost = estimatedCostUsd(price, promptTokens, expected.overall)
      if (cost > 0) cheapest = Math.min(cheapest, cost)
    }
  } else {
    for (let e = table.firstEndpoint[row]!; e < table.firstEndpoint[row + 1]!; e++) {
      if (table.deal[e] !== DEAL.priced) continue
      cheapest = Math.min(cheapest, expectedCostUsd(table, e, length))
    }
  }
  if (cheapest === Infinity) throw unpricedReference(model.slug)
  return cheapest
}

/** A model to compare with, and its row where it can be bought here. */
interface Reference {
  readonly model: Model
  readonly row?: number
}

function findReference(name: string, field: string, table: CandidateTable): Reference {
  const here = readName(name, table.names, (e) => table.model[e]!)
  if (here.kind === 'model') return { model: table.models[here.model]!, row: here.model }
  const { catalog, meaningOf } = table.everything
  const meaning = meaningOf(name)
  if (meaning.kind === 'model') return { model: catalog.models[meaning.model]! }
  if (here.kind === 'ambiguous') throw ambiguousModel(name, slugsOf(here.models, table.models), field)
  if (meaning.kind === 'ambiguous') throw ambiguousModel(name, slugsOf(meaning.models, catalog.models), field)
  throw unknownModel(name, table, field)
}

function slugsOf(rows: readonly number[], models: readonly Model[]): readonly string[] {
  return rows.map((m) => models[m]!.slug)
}

function predicted(ratings: PromptRatings, row: number): { mean: number; sd: number } {
  const mean = predictedQuality(ratings, row)
  return { mean, sd: qualitySd(ratings, row, mean) }
}
