import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import type { LanguageModelV4CallOptions } from '@ai-sdk/provider'
import type { Exchange, Send } from '../exchange.ts'
import type { Pools } from '../pools.ts'
import { type Access, translated } from '../translated.ts'
import { filesAfterResults } from './tool-result-files.ts'

/** Any host that speaks OpenAI's chat completions, for calls that come in another dialect. */
export function openAiTranslated(pools: Pools): Send {
  return translated({ defaultBaseUrl: 'https://api.openai.com/v1', model, takesBack, adapt }, pools)
}

/**
 * Makers whose documentation wants `reasoning_content` back while tools are called: api-docs.deepseek.com,
 * platform.moonshot.ai, docs.z.ai (thinking mode of each). Others refuse the field.
 */
const WANT_THOUGHTS = new Set(['deepseek', 'moonshotai', 'moonshotai-cn', 'zai', 'zhipuai'])

function takesBack({ candidate: { provider } }: Exchange) {
  return {
    names: [packageName(provider.slug), provider.slug],
    thoughts: WANT_THOUGHTS.has(provider.slug),
  }
}

/** The package keeps what a host signed, and reads its options, under the host's name, which may have no dashes. */
function packageName(slug: string): string {
  return slug.replace(/[^a-z0-9]+(\w?)/gi, (_, next: string) => next.toUpperCase())
}

/** `reasoning_effort: "none"` is known to a few models and refused by the others; most do not think unasked. */
function adapt(
  { reasoning, ...options }: LanguageModelV4CallOptions,
  { candidate }: Exchange,
): LanguageModelV4CallOptions {
  const single = options.providerOptions?.openai?.parallelToolCalls === false
  return {
    ...options,
    prompt: filesAfterResults(options.prompt),
    ...(reasoning === undefined || reasoning === 'none' ? {} : { reasoning }),
    ...(single && {
      providerOptions: { [packageName(candidate.provider.slug)]: { parallel_tool_calls: false } },
    }),
  }
}

function model({ baseURL, apiKey, fetch, provider }: Access, upstreamModel: string) {
  const { origin, pathname, searchParams, hostname } = new URL(baseURL)
  return createOpenAICompatible({
    name: packageName(provider),
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
