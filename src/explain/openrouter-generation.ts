import type { Generation } from '../record/generation.ts'

/**
 * The fields of OpenRouter's `GET /generation` (`GenerationResponse` of its OpenAPI description); times are ms. Null is what
 * is not known, or not recorded here.
 */
export function openRouterFields(generation: Generation) {
  const { usage, tags } = generation
  const costUsd = generation.costUsd === null ? null : Number(generation.costUsd)
  return {
    id: generation.id,
    request_id: generation.id,
    upstream_id: null,
    created_at: new Date(generation.createdAt).toISOString(),
    api_type: API_TYPES[generation.dialect] ?? 'completions',
    model: generation.model,
    provider_name: generation.provider,
    router: generation.strategy === 'auto' ? 'meritorder/auto' : null,
    streamed: generation.streamed,
    cancelled: generation.outcome === 'client_closed',
    finish_reason: generation.finishReason,
    native_finish_reason: generation.finishReason,
    latency: generation.firstByteMs,
    generation_time: generation.totalMs,
    moderation_latency: null,
    ...tokenFields(generation),
    total_cost: costUsd,
    usage: costUsd,
    // Keys are the owner's own, and the cost is all there is: as `usage.cost` beside an answer says it.
    is_byok: false,
    upstream_inference_cost: null,
    cache_discount: null,
    provider_responses: generation.attempts.map(({ provider, endpoint, status, totalMs }) => ({
      provider_name: provider,
      endpoint_id: endpoint,
      status,
      latency: totalMs,
      is_byok: false,
    })),
    num_search_results: null,
    num_fetches: null,
    web_search_engine: null,
    service_tier: null,
    data_region: 'global',
    session_id: tags.session_id ?? null,
    external_user: tags.user ?? null,
    origin: tags.referer ?? '',
    http_referer: tags.referer ?? null,
    user_agent: null,
    app_id: null,
    preset_id: null,
    workspace_id: null,
    tokens_estimated: usage.estimated,
  }
}

/** All that is said in conversations are `completions`. */
const API_TYPES: Readonly<Record<string, string>> = { embeddings: 'embeddings', rerank: 'rerank' }

/** Only the host's own count is known. */
function tokenFields({ usage }: Generation) {
  return {
    tokens_prompt: usage.promptTokens,
    tokens_completion: usage.completionTokens,
    native_tokens_prompt: usage.promptTokens,
    native_tokens_completion: usage.completionTokens,
    native_tokens_completion_images: usage.imageOutputTokens ?? null,
    native_tokens_reasoning: usage.reasoningTokens,
    native_tokens_cached: usage.cacheReadTokens,
    num_media_prompt: null,
    num_input_audio_prompt: null,
    num_media_completion: null,
  }
}
