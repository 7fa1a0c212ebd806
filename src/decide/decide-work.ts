import type { Work } from '../understand/work.ts'
import { type Ask, readAsk } from './ask.ts'
import type { CandidateTable } from './candidate-table.ts'
import { type DecideContext, policyOf } from './decide.ts'
import type { Candidate, Decision } from './decision.ts'
import { lotteryFor, withPropensity } from './endpoint-draw.ts'
import { reasonForNamed, withDraw, withSort } from './explanation.ts'
import { removals } from './limits.ts'
import { rankNamed } from './named.ts'
import type { PolicyRequest } from './policy.ts'
import { carbonBounds, expectedCarbonGrams } from './predict.ts'
import { providerPlaces } from './provider-slugs.ts'
import type { Ranked } from './ranking.ts'
import { noProvider, nothingLeft, severalVectorSpaces, unnamedModel, unratedOutput } from './refusals.ts'
import { preferFast } from './speed-preferences.ts'

type WorkContext = Pick<DecideContext, 'policies' | 'now' | 'random' | 'exploredEndpoints'>

/**
 * Decides where a call goes that names its model, for vectors or a ranking: limits, then price, speed and health of the
 * hosts under the policy. No quality is predicted. Vectors fall back on other hosts of their model only; a ranking is
 * whole in itself and may fall back on other models that the caller lists.
 *
 * @throws MeritorderError as `decide`; `invalid_request` also where the choice of the model is left to us.
 */
export function decideWork(
  work: Work,
  wishes: PolicyRequest,
  table: CandidateTable,
  { policies, now, random, exploredEndpoints }: WorkContext,
): Decision {
  const policy = policyOf(wishes.policy, policies)
  if (table.endpoints.length === 0) throw noProvider()
  const models = namedModels(work, wishes)
  const ask = readWorkAsk(work, wishes, policy, table)
  const order = wishes.providerOrder
  const providerOrder = order && providerPlaces(order, table, 'provider.order')
  const ordering = { policy, now, providerOrder }
  const lottery = lotteryFor(wishes, random, exploredEndpoints)
  const forget = (m: number) => {
    table.scratch.standing[m] = 0
  }
  const { lists, draw } = rankNamed(table, ask, models, ordering, wishes.sort, forget, lottery)
  const [first] = lists
  if (first === undefined || draw === undefined) throw nothingLeft(wishes.requested, removals(ask))
  const rows = preferFast(lists.flat(), wishes.preferences, table, ask)
  const ranked = withPropensity(
    rows.map((row) => candidate(table, ask, row)),
    draw,
  )
  const reason = reasonForNamed(ranked[0]!, first.length, lists.length - 1)
  return {
    strategy: models.length > 1 ? 'fallback' : 'direct',
    requested: wishes.requested,
    policy,
    ranked,
    removed: removals(ask),
    expectedCompletionTokens: 0,
    propensity: 1,
    reason: withDraw(withSort(reason, wishes.sort), draw, policy, table),
    artifact: '',
  }
}

function namedModels({ needs }: Work, { selector, requested, limits }: PolicyRequest): readonly string[] {
  const [output = ''] = needs.outputModalities
  if (selector.kind === 'auto') throw unnamedModel(requested, output)
  if (output === 'embeddings' && selector.models.length > 1) throw severalVectorSpaces()
  if (limits.minQuality !== undefined) throw unratedOutput(output)
  return selector.models
}

/** The call's needs in the table's terms. A policy's demands on quality are for answers, and have no say here. */
function readWorkAsk(
  work: Work,
  wishes: PolicyRequest,
  policy: Decision['policy'],
  table: CandidateTable,
): Ask {
  const { minQuality: _, ...limits } = policy.limits ?? {}
  const completionTokens = table.scratch.completionTokens.fill(0)
  const nothing = { overall: 0, completionTokens }
  const prompt = { tokens: work.tokens, needs: work.needs }
  const ask = readAsk(prompt, wishes, { ...policy, limits }, table, nothing, () => 0, undefined)
  const { longestTokens, searchUnits } = work
  const share = work.tokens === 0 ? 1 : longestTokens / work.tokens
  return {
    ...ask,
    longestTokens,
    contextTokens: ask.contextTokens * share,
    searchUnits: Math.max(1, searchUnits),
  }
}

function candidate(table: CandidateTable, ask: Ask, { endpoint: e, latencyMs, merit }: Ranked): Candidate {
  const costUsd = table.scratch.costUsd[e]!
  return {
    endpoint: table.endpoints[e]!,
    model: table.models[table.model[e]!]!,
    provider: table.providers[table.provider[e]!]!,
    quality: Number.NaN,
    qualitySd: Number.NaN,
    evidence: 'none',
    ...(Number.isNaN(costUsd) ? {} : { costUsd }),
    latencyMs,
    carbonGrams: expectedCarbonGrams(table, e, ask),
    carbonBounds: carbonBounds(table, e, ask),
    merit,
  }
}
