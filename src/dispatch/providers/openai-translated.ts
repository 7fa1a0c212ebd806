import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import type { SharedV4Warning } from '@ai-sdk/provider'
import type { Send } from '../exchange.ts'
import type { Pools } from '../pools.ts'
import { type Access, translated } from '../translated.ts'
import { type HostHabits, habitsOf, refusedBy } from './openai-hosts.ts'

/** Any host that speaks OpenAI's chat completions, for calls that come in another dialect. */
export function openAiTranslated(pools: Pools): Send {
  return translated({ defaultBaseUrl: 'https://api.openai.com/v1', model: openAiModel }, pools)
}

/** A model behind OpenAI's chat completions. The key goes out as a bearer token, unless `headers` say otherwise. */
export function openAiModel(access: Access, upstreamModel: string, headers?: Record<string, string>) {
  const { baseURL, apiKey, fetch, provider, supports } = access
  const { origin, pathname, searchParams } = new URL(baseURL)
  const habits = habitsOf(provider, baseURL)
  const refused = refusedBy(habits, supports)
  return createOpenAICompatible({
    name: 'openai-compatible',
    baseURL: origin + pathname.replace(/\/$/, ''),
    queryParams: Object.fromEntries(searchParams),
    ...(headers === undefined ? { apiKey } : { headers }),
    fetch,
    includeUsage: true,
    supportsStructuredOutputs: true,
    transformRequestBody: (body, warnings) => acceptable(body, refused, habits, warnings),
  })(upstreamModel)
}

/** The body in the words of this host, without what it refuses. */
function acceptable(
  { max_tokens, ...body }: Record<string, unknown>,
  refused: readonly string[],
  { limit = 'max_tokens' }: HostHabits,
  warnings: SharedV4Warning[] = [],
): Record<string, unknown> {
  const lost = refused.filter((field) => body[field] !== undefined)
  warnings.push(...lost.map((feature) => ({ type: 'unsupported' as const, feature })))
  const kept = Object.fromEntries(Object.entries(body).filter(([field]) => !refused.includes(field)))
  return max_tokens === undefined ? kept : { ...kept, [limit]: max_tokens }
}
