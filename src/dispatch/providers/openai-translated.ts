import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import type { Send } from '../exchange.ts'
import type { Pools } from '../pools.ts'
import { type Access, translated } from '../translated.ts'

/** Any host that speaks OpenAI's chat completions, for calls that come in another dialect. */
export function openAiTranslated(pools: Pools): Send {
  return translated({ defaultBaseUrl: 'https://api.openai.com/v1', model }, pools)
}

function model({ baseURL, apiKey, fetch }: Access, upstreamModel: string) {
  const { origin, pathname, searchParams, hostname } = new URL(baseURL)
  return createOpenAICompatible({
    name: 'openai-compatible',
    baseURL: origin + pathname.replace(/\/$/, ''),
    queryParams: Object.fromEntries(searchParams),
    apiKey,
    fetch,
    includeUsage: true,
    supportsStructuredOutputs: true,
    ...(hostname === 'api.openai.com' ? { transformRequestBody: withNewerLimit } : {}),
  })(upstreamModel)
}

/** OpenAI's reasoning models refuse `max_tokens`; most other hosts know no other name. */
function withNewerLimit({ max_tokens, ...body }: Record<string, unknown>): Record<string, unknown> {
  return max_tokens === undefined ? body : { ...body, max_completion_tokens: max_tokens }
}
