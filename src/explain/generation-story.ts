import { wrong } from '../receive/fields.ts'
import type { RecordedCall } from '../record/generation.ts'
import type { GenerationPage, GenerationQuery } from '../record/generation-query.ts'
import type { Rating } from '../record/rating.ts'
import { openRouterFields } from './openrouter-generation.ts'
import { ratingJson } from './rating-json.ts'

/**
 * The whole story of one call: OpenRouter's `GET /generation` fields, then what only Meritorder knows: intents,
 * candidates with their predictions, what each limit removed, attempts, and what the baseline model would have cost.
 */
function generationStory({ generation, request, answer, fingerprint }: RecordedCall) {
  const { attempts } = generation
  return {
    ...openRouterFields(generation),
    outcome: generation.outcome,
    status: generation.status,
    error: generation.error,
    simulated: generation.simulated,
    caller: generation.caller,
    dialect: generation.dialect,
    requested_model: generation.requestedModel,
    policy: generation.policy,
    strategy: generation.strategy,
    reason: generation.reason,
    endpoint: generation.endpoint,
    cost_usd: generation.costUsd,
    baseline: generation.baseline,
    carbon_g: generation.carbonGrams,
    carbon_low_g: generation.carbonLowGrams,
    carbon_high_g: generation.carbonHighGrams,
    first_byte_ms: generation.firstByteMs,
    total_ms: generation.totalMs,
    overhead_ms: generation.overheadMs,
    prompt_tokens_estimated: generation.promptTokensEstimated,
    language: generation.language,
    code_share: generation.codeShare,
    intents: generation.intents,
    candidates: generation.candidates,
    removed: generation.removed,
    attempts,
    propensity: generation.propensity,
    conversation: generation.conversation,
    tool_loop: generation.toolLoop,
    artifact: generation.artifact,
    tags: generation.tags,
    storage: generation.storage,
    prompt_hash: fingerprint?.promptHash ?? null,
    request: request === null ? null : readJson(request),
    answer,
  }
}

/**
 * A page of stories; with ratings where whole calls were asked for.
 *
 * @throws MeritorderError `invalid_request` where there is none: `before` names no call that the caller may see
 */
export function generationPage(page: GenerationPage | undefined, { whole }: GenerationQuery) {
  if (page === undefined) throw wrong('before', 'the id of a recorded call of yours, as `next` gave it')
  const { calls, next } = page
  const data = calls.map((call) => (whole === true ? ratedStory(call, call.ratings) : generationStory(call)))
  return { data, next: next ?? null }
}

/** The story, and what was said about the answer. */
export function ratedStory(call: RecordedCall, ratings: readonly Rating[]) {
  return { ...generationStory(call), ratings: ratings.map(ratingJson) }
}

/** The request as it was sent; text where it is no JSON. */
function readJson(bytes: Uint8Array): unknown {
  const text = Buffer.from(bytes).toString('utf8')
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
