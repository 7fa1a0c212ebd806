import type { Ask } from './ask.ts'
import { type CandidateTable, DEAL } from './candidate-table.ts'
import type { Candidate } from './decision.ts'
import { meritOf, weighAsMeasured } from './merit.ts'
import type { Ordering } from './ordering.ts'
import type { PolicyRequest } from './policy.ts'
import { expectedCostUsd, priorLatencyMs } from './predict.ts'
import { type Ranked, rank, rankedRow } from './ranking.ts'
import { ofOneModel } from './rows.ts'

/** What may be drawn. */
export interface Lottery {
  /** False: the endpoints stay as they are ranked. */
  readonly drawsEndpoints: boolean
  /** Share of the calls, 0..1, that may try another endpoint than the best; of policies that choose by merit. */
  readonly explored: number
  /** Uniform in [0, 1). */
  readonly random: () => number
}

/**
 * What may be drawn for one call: no endpoint for a caller who prefers some by their speed, and no trial for one whose
 * call must not go on to another when it fails.
 *
 * @param explored share of the calls that may try another endpoint than the best.
 */
export function lotteryFor(
  { preferences, allowFallbacks }: PolicyRequest,
  random: () => number,
  explored = 0,
): Lottery {
  return { drawsEndpoints: preferences === undefined, explored: allowFallbacks ? explored : 0, random }
}

/** The ranked rows after a draw. */
export interface EndpointDraw {
  readonly rows: readonly Ranked[]
  /** Probability with which the first row's endpoint was put first; absent where nothing was drawn. */
  readonly propensity?: number
  /** The row that is first without the draw, where it put another there to try it. */
  readonly triedInsteadOf?: number
}

/**
 * Draws which endpoint of the first row's model is asked first, as the policy says (`endpointChoice`):
 *
 * - by merit: the best stays, but in a share of the calls one of those that may have become better without our knowing is
 *   tried, each with the same probability, see `mayBeBetter`;
 * - price-weighted: one of those without an outage, with a probability proportional to 1 / price², price being what the call
 *   would cost there; then come the others of these by price, then the rest. It is OpenRouter's documented default
 *   (https://openrouter.ai/docs/guides/routing/provider-selection): a host of $1 is asked nine times as often as one of $3.
 *
 * Nothing is drawn where the caller says which endpoints come first, nor where there is one only.
 *
 * @param rows what was ranked, best first; not empty.
 * @param endpoints all rows of the first one's model that the limits left.
 */
export function drawEndpoint(
  table: CandidateTable,
  ask: Ask,
  rows: readonly Ranked[],
  endpoints: ArrayLike<number>,
  ordering: Ordering,
  lottery: Lottery,
): EndpointDraw {
  const isOrdered = ordering.providerOrder !== undefined || ordering.sortBy !== undefined
  if (!lottery.drawsEndpoints || isOrdered || endpoints.length < 2) return { rows }
  if (ordering.policy.endpointChoice === 'price_weighted')
    return drawByPrice(table, ask, rows, endpoints, ordering, lottery.random)
  return lottery.explored > 0 ? tryAnother(table, ask, rows, endpoints, ordering, lottery) : { rows }
}

/** The candidates, of which the first says with which probability it was drawn. */
export function withPropensity(
  candidates: readonly Candidate[],
  { propensity }: EndpointDraw,
): readonly Candidate[] {
  const [first] = candidates
  return first === undefined || propensity === undefined
    ? candidates
    : candidates.with(0, { ...first, propensity })
}

function tryAnother(
  table: CandidateTable,
  ask: Ask,
  rows: readonly Ranked[],
  endpoints: ArrayLike<number>,
  ordering: Ordering,
  { explored, random }: Lottery,
): EndpointDraw {
  const best = rows[0]!
  if (!best.isOpen) return { rows }
  const others: number[] = []
  for (let i = 0; i < endpoints.length; i++) {
    const e = endpoints[i]!
    if (e !== best.endpoint && mayBeBetter(table, ask, e, best, ordering)) others.push(e)
  }
  if (others.length === 0) return { rows }
  if (random() >= explored) return { rows, propensity: 1 - explored }
  const drawn = others[Math.floor(random() * others.length)]!
  return {
    rows: [rankedRow(table, drawn), ...rows.filter(({ endpoint }) => endpoint !== drawn)],
    propensity: explored / others.length,
    triedInsteadOf: best.endpoint,
  }
}

/** A host may be this many times as fast as expected of its model. */
const FASTER = 2

/**
 * True for an endpoint that takes calls and would be ahead if it never failed and were `FASTER` than expected of its model:
 * what was measured of it may be over, while its price is known. So a trial never costs more than the best choice is
 * expected to.
 */
function mayBeBetter(table: CandidateTable, ask: Ask, e: number, best: Ranked, ordering: Ordering): boolean {
  if (table.deal[e] !== table.deal[best.endpoint]) return false
  table.scratch.costUsd[e] = expectedCostUsd(table, e, ask)
  const waitMs = priorLatencyMs(table, e, ask) / FASTER
  if (meritOf(table, ask, e, ordering.policy, 1, waitMs) <= best.merit) return false
  weighAsMeasured(table, ask, e, ordering)
  return rankedRow(table, e).isOpen
}

function drawByPrice(
  table: CandidateTable,
  ask: Ask,
  rows: readonly Ranked[],
  endpoints: ArrayLike<number>,
  ordering: Ordering,
  random: () => number,
): EndpointDraw {
  const { ailing, costUsd } = table.scratch
  const all = { ...ordering, keep: Infinity, keepPerModel: Infinity }
  const its = ofOneModel(Int32Array.from(endpoints), table.model[rows[0]!.endpoint]!)
  const ranked = rank(table, ask, its, all)
  const stable = ranked
    .filter(({ endpoint: e, isOpen }) => isOpen && ailing[e] === 0 && table.deal[e] === DEAL.priced)
    .sort((a, b) => costUsd[a.endpoint]! - costUsd[b.endpoint]!)
  if (stable.length < 2) return { rows }
  const weights = weightsOf(stable.map(({ endpoint }) => costUsd[endpoint]!))
  const drawn = indexAt(weights, random())
  const first = stable[drawn]!
  const ordered = new Set([first, ...stable, ...ranked])
  const model = table.model[first.endpoint]
  return {
    rows: [
      ...[...ordered].slice(0, ordering.keepPerModel),
      ...rows.filter(({ endpoint }) => table.model[endpoint] !== model),
    ].slice(0, ordering.keep),
    propensity: weights[drawn]!,
  }
}

/** Shares proportional to 1 / cost², of ascending costs; what costs nothing shares everything. */
function weightsOf(costs: readonly number[]): readonly number[] {
  const [least = 0] = costs
  const weights = costs.map((cost) => (least > 0 ? (least / cost) ** 2 : cost === 0 ? 1 : 0))
  const sum = weights.reduce((total, weight) => total + weight, 0)
  return weights.map((weight) => weight / sum)
}

/** The index at which the running sum of shares passes `at`. */
function indexAt(shares: readonly number[], at: number): number {
  let sum = 0
  for (const [i, share] of shares.entries()) {
    sum += share
    if (at < sum) return i
  }
  return shares.findLastIndex((share) => share > 0)
}
