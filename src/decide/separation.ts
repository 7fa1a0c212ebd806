import type { Ask } from './ask.ts'
import { type CandidateTable, DEAL } from './candidate-table.ts'
import type { Ordering } from './ordering.ts'
import { evidenceFor, type PromptRatings, predictedQuality, predictStandings, qualitySd } from './quality.ts'
import { type Ranked, rank } from './ranking.ts'
import { type Rows, rowsOfModel } from './rows.ts'

/** The best model on average, which is taken because the evidence does not put the first choice ahead of it. */
export interface Unseparated {
  /** Endpoints of the best model on average, best first. */
  readonly rows: readonly Ranked[]
  /** The model that would have been chosen, by how much its predicted quality leads, and what the lead should exceed. */
  readonly rival: string
  readonly lead: number
  readonly margin: number
}

/** A policy that looks for the best has at most this band; a wider one says itself which models count as equal. */
const NARROW_BAND = 0.01

/**
 * Says whether a policy that looks for the best should fall back on the best single model: the one that leads over all
 * kinds of prompts (`bestOnAverage`). It does where the first choice is predicted to be better than that, but by too
 * little: between two models with outcomes by less than the predictor's guard, else by less than one standard deviation
 * of the difference, with both errors taken as independent. A first choice that is predicted to be no better was chosen
 * for its price within the band, and stays. A model that nobody rated has to lead by a whole standard deviation here,
 * where the ranking asks for half of its own. Experience of the two makes the margin smaller: what it says is already
 * drawn towards nothing as far as it is uncertain.
 *
 * @param rows what the limits left.
 */
export function unseparated(
  table: CandidateTable,
  ask: Ask,
  first: Ranked,
  rows: Rows,
  ordering: Ordering,
  ratings: PromptRatings,
): Unseparated | undefined {
  const { bestOnAverage } = table
  const model = table.model[first.endpoint]!
  if (ordering.policy.qualityBand > NARROW_BAND || bestOnAverage < 0 || model === bestOnAverage)
    return undefined
  const its = rowsOfModel(rows, bestOnAverage)
  if (its.endpoints.length === 0) return undefined
  const lead = predictedQuality(ratings, model) - predictedQuality(ratings, bestOnAverage)
  const margin = marginBetween(table, model, bestOnAverage, ratings)
  if (lead <= 0 || lead >= margin) return undefined
  predictStandings(ratings, its.models, table.scratch.standing)
  const ranked = rank(table, ask, its, ordering)
  if (ranked[0] === undefined || !isSound(table, ranked[0])) return undefined
  return { rows: ranked, rival: table.models[model]!.slug, lead, margin }
}

/** Ratings and comparisons of two models that halve the margin between them. */
const HALVING = 20

function marginBetween(table: CandidateTable, a: number, b: number, ratings: PromptRatings): number {
  const { shifts } = ratings
  const known = shifts === undefined ? 0 : shifts.evidence[a]! + shifts.evidence[b]!
  return (HALVING / (HALVING + known)) * fittedMargin(table, a, b, { ...ratings, shifts: undefined })
}

function fittedMargin(table: CandidateTable, a: number, b: number, ratings: PromptRatings): number {
  const bothHaveOutcomes = [a, b].every((m) => evidenceFor(table.quality, m) === 'outcomes')
  if (bothHaveOutcomes && ratings.prediction !== undefined) return table.quality.learned!.predictor.guard
  const sdOf = (m: number) => qualitySd(ratings, m, predictedQuality(ratings, m))
  return Math.hypot(sdOf(a), sdOf(b))
}

/** True for an endpoint that takes calls and whose price is no trial. */
function isSound(table: CandidateTable, { endpoint, isOpen }: Ranked): boolean {
  return table.deal[endpoint] === DEAL.priced && isOpen
}
