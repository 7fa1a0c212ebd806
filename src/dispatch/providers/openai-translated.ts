import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import type { LanguageModelV4CallOptions, SharedV4Warning } from '@ai-sdk/provider'
import type { Exchange, Send } from '../exchange.ts'
import { wantsOneTool } from '../one-tool-at-a-time.ts'
import type { Pools } from '../pools.ts'
import { type Access, type Family, translated } from '../translated.ts'
import { type HostHabits, habitsOf, refusedBy } from './openai-hosts.ts'
import { filesAfterResults } from './tool-result-files.ts'

/** What every family around OpenAI's chat completions does alike. */
export const OPENAI_CHAT: Pick<Family, 'takesBack' | 'adapt'> = { takesBack, adapt }

/** Any host that speaks OpenAI's chat completions, for calls that come in another dialect. */
export function openAiTranslated(pools: Pools): Send {
  return translated(
    { defaultBaseUrl: 'https://api.openai.com/v1', model: openAiModel, ...OPENAI_CHAT },
    pools,
  )
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
  return {
    ...options,
    prompt: filesAfterResults(options.prompt),
    ...(reasoning === undefined || reasoning === 'none' ? {} : { reasoning }),
    ...(wantsOneTool(options) && {
      providerOptions: { [packageName(candidate.provider.slug)]: { parallel_tool_calls: false } },
    }),
  }
}

/** A model behind OpenAI's chat completions. The key goes out as a bearer token, unless `headers` say otherwise. */
export function openAiModel(access: Access, upstreamModel: string, headers?: Record<string, string>) {
  const { baseURL, apiKey, fetch, provider, supports } = access
  const { origin, pathname, searchParams } = new URL(baseURL)
  const habits = habitsOf(provider, baseURL)
  const refused = refusedBy(habits, supports)
  return createOpenAICompatible({
    name: packageName(provider),
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
