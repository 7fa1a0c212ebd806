import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import type { LanguageModelV4CallOptions } from '@ai-sdk/provider'
import type { Exchange, Send } from '../exchange.ts'
import type { Pools } from '../pools.ts'
import { type Access, translated } from '../translated.ts'
import { filesAfterResults } from './tool-result-files.ts'

/** Any host that speaks OpenAI's chat completions, for calls that come in another dialect. */
export function openAiTranslated(pools: Pools): Send {
  return translated({ defaultBaseUrl: 'https://api.openai.com/v1', model, vendors, adapt }, pools)
}

/**
 * Makers whose documentation wants `reasoning_content` back while tools are called: api-docs.deepseek.com,
 * platform.moonshot.ai, docs.z.ai (thinking mode of each). Others refuse the field.
 */
const WANT_THOUGHTS = new Set(['deepseek', 'moonshotai', 'moonshotai-cn', 'zai', 'zhipuai'])

function vendors({ candidate }: Exchange): readonly string[] {
  const { slug } = candidate.provider
  return WANT_THOUGHTS.has(slug) ? [slug] : []
}

/** `reasoning_effort: "none"` is known to a few models and refused by the others; most do not think unasked. */
function adapt({ reasoning, ...options }: LanguageModelV4CallOptions): LanguageModelV4CallOptions {
  return {
    ...options,
    prompt: filesAfterResults(options.prompt),
    ...(reasoning === undefined || reasoning === 'none' ? {} : { reasoning }),
  }
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
