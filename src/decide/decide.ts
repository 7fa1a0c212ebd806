import type { Prompt } from '../understand/prompt.ts'
import { type Ask, readAsk } from './ask.ts'
import { chooseAutomatically } from './automatic.ts'
import { baselineOf } from './baseline.ts'
import type { CandidateTable } from './candidate-table.ts'
import { mixOfPrompt } from './category-mix.ts'
import { type Conversation, cachedPrompts, continuationOf } from './conversation.ts'
import type { Candidate, Decision, SimilarPrompt } from './decision.ts'
import { type EndpointDraw, lotteryFor, withPropensity } from './endpoint-draw.ts'
import { expectedTokensByModel } from './expected-tokens.ts'
import { type Seen, shiftsFor } from './experience.ts'
import {
  reasonForAuto,
  reasonForNamed,
  withConversation,
  withDoubt,
  withDraw,
  withSort,
} from './explanation.ts'
import { removals } from './limits.ts'
import { rankNamed } from './named.ts'
import type { Policy, PolicyRequest } from './policy.ts'
import { carbonBounds, expectedCarbonGrams } from './predict.ts'
import { predictionFor } from './predicted-quality.ts'
import { difficulty } from './predictor/difficulty.ts'
import type { LearnedFile, Prediction } from './predictor/predictor.ts'
import { providerPlaces } from './provider-slugs.ts'
import {
  evidenceFor,
  type PromptRatings,
  predictedQuality,
  predictStandings,
  qualitySd,
  ratingsFor,
} from './quality.ts'
import type { Ranked } from './ranking.ts'
import { atLeastAsGood } from './reference-model.ts'
import { noProvider, nothingLeft, unknownPolicy } from './refusals.ts'
import { preferFast } from './speed-preferences.ts'
import { keepToolCaller, toolCallersRow, withToolCaller } from './tool-loop.ts'

export interface DecideContext {
  /** Every policy that a caller may name. */
  readonly policies: Readonly<Record<string, Policy>>
  /** Epoch ms. */
  readonly now: number
  /** Uniform in [0, 1); only what is drawn asks for it. */
  readonly random: () => number
  /** Share of the calls, 0..1, that may try another endpoint of the chosen model than the best; none when left out. */
  readonly exploredEndpoints?: number
  /** The model that savings are counted against; the best on average when left out. */
  readonly baselineModel?: string
  /** The prompt will be shortened: windows that hold half of what it needs count. */
  readonly halved?: boolean
  /** Where the conversation has been that the call goes on with; absent where it begins one. */
  readonly conversation?: Conversation
  /** Why the predictor in force could not be asked about this prompt; for the reason. */
  readonly unlearned?: string
  /** What ratings have taught, as this prompt sees it. */
  readonly experience?: Seen | undefined
}

/** An automatic choice keeps this many endpoints, and this many of one model. */
const KEEP = 20
const KEEP_PER_MODEL = 3
/** A named model keeps all its endpoints (today at most 60); this bounds long lists of models. */
const KEEP_NAMED = 200

/**
 * Decides where a prompt goes: limits, then predicted quality, cost, latency and carbon of what is left, then merit
 * under the policy. Pure, synchronous and the same for the same arguments and draws; the order in which the catalog
 * lists its endpoints does not matter.
 *
 * @throws MeritorderError `invalid_request` for a policy, model or provider that nobody knows, `not_found` (or
 *   `context_length_exceeded`) when nothing can serve the call, naming the limit that removed the last endpoint.
 */
export function decide(
  prompt: Prompt,
  wishes: PolicyRequest,
  table: CandidateTable,
  context: DecideContext,
): Decision {
  const policy = policyOf(wishes.policy, context.policies)
  if (table.endpoints.length === 0) throw noProvider()
  const { learned } = table.quality
  const prediction = predictionFor(prompt, table)
  const { experience } = context
  const hasLearned = experience !== undefined && experience.experience.models.length > 0
  const shifts = hasLearned ? shiftsFor(experience, table.rowOfModel) : undefined
  const ratings = ratingsFor(table.quality, mixOfPrompt(prompt), prediction, shifts)
  const isGoodEnough = policy.atLeast && atLeastAsGood(policy.atLeast, table, ratings)
  const expected = expectedTokensByModel(prompt, table, prediction)
  const { conversation } = context
  const cached = cachedPrompts(table, prompt.tokens, conversation)
  const qualityOf = (model: number) => predictedQuality(ratings, model)
  const asked = readAsk(prompt, wishes, policy, table, expected, qualityOf, isGoodEnough, context.halved)
  const ask = cached.length === 0 ? asked : { ...asked, cached }
  const choice = choose(table, ask, wishes, policy, context, ratings)
  const preferred = preferFast(choice.rows, wishes.preferences, table, ask)
  const { rows, toolLoop } = keepToolCaller(table, preferred, wishes.selector, conversation, context.now)
  const draw = rows[0] === choice.draw.rows[0] ? choice.draw : { rows }
  const ranked = withPropensity(
    rows.map((row) => candidate(table, ask, row, ratings)),
    draw,
  )
  const isAuto = wishes.selector.kind === 'auto'
  const continuation = conversation && continuationOf(conversation, ranked, isAuto, prompt.tokens)
  const baseline = baselineOf(table, ask, context.baselineModel, ratings)
  return {
    strategy: choice.strategy,
    requested: wishes.requested,
    policy,
    ranked,
    removed: removals(ask),
    expectedCompletionTokens: ask.completionTokens[table.model[rows[0]!.endpoint]!]!,
    ...(baseline === undefined ? {} : { baseline }),
    propensity: choice.propensity,
    ...(continuation && { conversation: continuation }),
    ...(toolLoop && { toolLoop }),
    reason: withConversation(
      withDoubt(
        withDraw(withSort(choice.reasonFor(ranked[0]!), wishes.sort), draw, policy, table),
        context.unlearned,
      ),
      continuation,
      toolLoop,
    ),
    ...(prediction && prompt.traits && learnedFacts(learned!, prediction)),
    artifact: learned
      ? `quality:${table.quality.version} predictor:${learned.version}`
      : `quality:${table.quality.version}`,
  }
}

type Choice = Pick<Decision, 'strategy' | 'propensity'> & {
  readonly rows: readonly Ranked[]
  readonly draw: EndpointDraw
  readonly reasonFor: (chosen: Candidate) => string
}

function choose(
  table: CandidateTable,
  ask: Ask,
  wishes: PolicyRequest,
  policy: Policy,
  { now, random, exploredEndpoints, conversation }: DecideContext,
  ratings: PromptRatings,
): Choice {
  const predict = (model: number) => predictStandings(ratings, Int32Array.of(model), table.scratch.standing)
  const order = wishes.providerOrder
  const providerOrder = order && providerPlaces(order, table, 'provider.order')
  const ordering = { policy, now, providerOrder }
  const lottery = lotteryFor(wishes, random, exploredEndpoints)
  const { selector } = wishes
  if (selector.kind === 'models') {
    const { lists, draw } = rankNamed(table, ask, selector.models, ordering, wishes.sort, predict, lottery)
    const [first] = lists
    if (first === undefined || draw === undefined) throw nothingLeft(wishes.requested, removals(ask))
    const rows = lists.flat().slice(0, KEEP_NAMED)
    const endpointsOf = ({ model }: Candidate) =>
      rows.filter(({ endpoint }) => table.endpoints[endpoint]!.model === model.slug).length
    return {
      rows,
      draw,
      strategy: selector.models.length > 1 ? 'fallback' : 'direct',
      propensity: 1,
      reasonFor: (chosen) => reasonForNamed(chosen, endpointsOf(chosen), lists.length - 1),
    }
  }
  const toolCaller = toolCallersRow(table, conversation?.toolCaller)
  const { exploration, ...unexplored } = policy
  const limited = {
    ...ordering,
    policy: toolCaller === undefined ? policy : unexplored,
    keep: KEEP,
    keepPerModel: KEEP_PER_MODEL,
  }
  const choice = chooseAutomatically(table, ask, limited, wishes.sort, ratings, lottery)
  if (choice === undefined) throw nothingLeft(wishes.requested, removals(ask))
  return {
    rows:
      toolCaller === undefined
        ? choice.rows
        : withToolCaller(table, ask, choice.rows, toolCaller, limited, wishes.sort, predict),
    draw: choice.draw,
    strategy: 'auto',
    propensity: choice.propensity,
    reasonFor: (chosen) => reasonForAuto(chosen, choice, policy),
  }
}

function candidate(table: CandidateTable, ask: Ask, row: Ranked, ratings: PromptRatings): Candidate {
  const e = row.endpoint
  const m = table.model[e]!
  const quality = predictedQuality(ratings, m)
  const costUsd = table.scratch.costUsd[e]!
  return {
    endpoint: table.endpoints[e]!,
    model: table.models[m]!,
    provider: table.providers[table.provider[e]!]!,
    quality,
    qualitySd: qualitySd(ratings, m, quality),
    evidence: evidenceFor(table.quality, m),
    latencyMs: row.latencyMs,
    carbonGrams: expectedCarbonGrams(table, e, ask),
    carbonBounds: carbonBounds(table, e, ask),
    merit: row.merit,
    ...(!Number.isNaN(costUsd) && { costUsd }),
    ...experienced(ratings, m),
  }
}

function experienced({ shifts }: PromptRatings, model: number): Pick<Candidate, 'experience'> | undefined {
  const ratings = shifts === undefined ? 0 : shifts.evidence[model]!
  return ratings === 0 ? undefined : { experience: { ratings, shift: shifts!.quality[model]! } }
}

/** What is told of a prediction besides the qualities. */
function learnedFacts(
  learned: LearnedFile,
  prediction: Prediction,
): Pick<Decision, 'difficulty' | 'trust' | 'similar'> {
  return {
    difficulty: difficulty(learned.predictor, prediction.quality),
    trust: prediction.trust,
    similar: () => similarPrompts(learned, prediction),
  }
}

/** So many similar prompts are shown. */
const SHOWN_SIMILAR = 5

function similarPrompts(
  { predictor, anchors }: LearnedFile,
  { neighbours }: Prediction,
): readonly SimilarPrompt[] {
  const { models, mean } = predictor
  const { residuals } = predictor.neighbours
  return neighbours.anchors.slice(0, SHOWN_SIMILAR).map((anchor, i) => ({
    ...anchors[anchor]!,
    similarity: neighbours.similarity[i]!,
    quality: Object.fromEntries(
      models.flatMap((model, m) => {
        const above = residuals[anchor * models.length + m]!
        return Number.isNaN(above) ? [] : [[model, inSixDecimals(mean[m]! + above)]]
      }),
    ),
  }))
}

/** What is kept in single precision is known to no more; so a quality of 1 is told as 1. */
function inSixDecimals(quality: number): number {
  return Math.round(quality * 1e6) / 1e6
}

/** The policy that a call is under. @throws MeritorderError `invalid_request` for a name that nobody knows */
export function policyOf(asked: string | Policy, policies: Readonly<Record<string, Policy>>): Policy {
  if (typeof asked !== 'string') return asked
  const policy = Object.hasOwn(policies, asked) ? policies[asked] : undefined
  if (policy === undefined) throw unknownPolicy(asked, Object.keys(policies))
  return policy
}
