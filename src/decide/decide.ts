import type { Prompt } from '../understand/prompt.ts'
import { baselineOf } from './baseline.ts'
import type { CandidateTable } from './candidates.ts'
import type { Candidate, Decision } from './decision.ts'
import { expectedCompletionTokens } from './expected-tokens.ts'
import { reasonForAuto, reasonForNamed, surveyField } from './explanation.ts'
import { type Ask, applyLimits, readAsk, removals } from './limits.ts'
import { rankNamed } from './named.ts'
import type { Policy, PolicyRequest } from './policy.ts'
import { isRated, mixOfPrompt, predictQuality, qualitySd, ratingsFor } from './quality.ts'
import { type Ranked, rank } from './ranking.ts'
import { noProvider, nothingLeft, unknownPolicy } from './refusals.ts'

export interface DecideContext {
  /** Every policy that a caller may name. */
  readonly policies: Readonly<Record<string, Policy>>
  /** Epoch ms. */
  readonly now: number
  /** Uniform in [0, 1): exploration will draw from it. Until then the first choice is certain. */
  readonly random: () => number
  /** The model that savings are counted against; the best on average when left out. */
  readonly baselineModel?: string
}

/** An automatic choice keeps this many endpoints, and this many of one model. */
const KEEP = 20
const KEEP_PER_MODEL = 3
/** A named model keeps all its endpoints (today at most 60); this bounds long lists of models. */
const KEEP_NAMED = 200

/**
 * Decides where a prompt goes: limits, then predicted quality, cost, latency and carbon of what is left, then merit
 * under the policy. Pure, synchronous and the same for the same arguments; the order in which the catalog lists its
 * endpoints does not matter.
 *
 * @throws MeritorderError `invalid_request` for a policy or model that nobody knows, `not_found` (or
 *   `context_length_exceeded`) when nothing can serve the call, naming the limit that removed the last endpoint.
 */
export function decide(
  prompt: Prompt,
  wishes: PolicyRequest,
  table: CandidateTable,
  context: DecideContext,
): Decision {
  const policy = policyNamed(wishes.policy, context.policies)
  if (table.endpoints.length === 0) throw noProvider()
  const expectedTokens = expectedCompletionTokens(prompt)
  const mix = mixOfPrompt(prompt)
  const ask = readAsk(prompt, wishes.limits, table, expectedTokens, wishes.selector.kind === 'auto')
  const ratings = ratingsFor(table.quality, mix)
  const predict = (model: number) => predictQuality(ratings, model, table.scratch)
  const { ranked, reason, strategy } = choose(table, ask, wishes, policy, context.now, mix, predict)
  const baseline = baselineOf(table, ask, context.baselineModel, predict)
  return {
    strategy,
    requested: wishes.requested,
    policy,
    ranked,
    removed: removals(ask),
    expectedCompletionTokens: expectedTokens,
    ...(baseline === undefined ? {} : { baseline }),
    propensity: 1,
    reason,
    artifact: `quality:${table.quality.version}`,
  }
}

type Choice = Pick<Decision, 'ranked' | 'reason' | 'strategy'>

function choose(
  table: CandidateTable,
  ask: Ask,
  wishes: PolicyRequest,
  policy: Policy,
  now: number,
  mix: Float64Array,
  predict: (model: number) => void,
): Choice {
  const ordering = { policy, now, providerOrder: positions(wishes.providerOrder, table) }
  const { selector } = wishes
  if (selector.kind === 'models') {
    const lists = rankNamed(table, ask, selector.models, ordering, predict)
    const [first] = lists
    if (first === undefined) throw nothingLeft(wishes.requested, removals(ask))
    const ranked = lists
      .flat()
      .slice(0, KEEP_NAMED)
      .map((row) => candidate(table, ask, row, mix))
    const strategy = selector.models.length > 1 ? 'fallback' : 'direct'
    return { ranked, reason: reasonForNamed(ranked[0]!, first.length, lists.length - 1), strategy }
  }
  for (let m = 0; m < table.models.length; m++) predict(m)
  const left = applyLimits(table, ask, 0, table.endpoints.length, false)
  if (left === 0) throw nothingLeft(wishes.requested, removals(ask))
  const rows = rank(table, ask, left, { ...ordering, keep: KEEP, keepPerModel: KEEP_PER_MODEL })
  const ranked = rows.map((row) => candidate(table, ask, row, mix))
  return {
    ranked,
    reason: reasonForAuto(ranked[0]!, surveyField(table, ask, left), policy),
    strategy: 'auto',
  }
}

function candidate(table: CandidateTable, ask: Ask, row: Ranked, mix: Float64Array): Candidate {
  const e = row.endpoint
  const m = table.model[e]!
  const quality = table.scratch.quality[m]!
  const costUsd = table.scratch.costUsd[e]!
  return {
    endpoint: table.endpoints[e]!,
    model: table.models[m]!,
    provider: table.providers[table.provider[e]!]!,
    quality,
    qualitySd: qualitySd(table.quality, mix, m, quality),
    evidence: isRated(table.quality, m) ? 'arena' : 'prior',
    ...(Number.isNaN(costUsd) ? {} : { costUsd }),
    latencyMs: row.latencyMs,
    carbonGrams: ask.completionTokens * table.gramsPerToken[e]!,
    merit: row.merit,
  }
}

function policyNamed(name: string, policies: Readonly<Record<string, Policy>>): Policy {
  const policy = Object.hasOwn(policies, name) ? policies[name] : undefined
  if (policy === undefined) throw unknownPolicy(name, Object.keys(policies))
  return policy
}

/** Place of each provider in the caller's order; those it does not name share the last place. */
function positions(
  order: readonly string[] | undefined,
  { providers }: CandidateTable,
): Int32Array | undefined {
  if (order === undefined) return undefined
  const slugs = order.map((slug) => slug.toLowerCase())
  return Int32Array.from(providers, ({ slug }) => {
    const place = slugs.indexOf(slug.toLowerCase())
    return place < 0 ? slugs.length : place
  })
}
