import type { ProviderFamily } from './offer.ts'

/** How a host is spoken to, as far as the catalog can know. */
export interface HostDialect {
  readonly family: ProviderFamily
  /** Without trailing slash. */
  readonly baseUrl?: string
}

/** models.dev names the AI SDK package that speaks to a host; this is what each speaks on the wire. */
const FAMILY_OF_PACKAGE: ReadonlyMap<string, ProviderFamily> = new Map(
  Object.entries<ProviderFamily>({
    '@ai-sdk/anthropic': 'anthropic',
    '@ai-sdk/google': 'google',
    '@ai-sdk/openai-compatible': 'openai-compatible',
    '@ai-sdk/openai': 'openai-compatible',
    '@ai-sdk/cerebras': 'openai-compatible',
    '@ai-sdk/cohere': 'openai-compatible',
    '@ai-sdk/deepinfra': 'openai-compatible',
    '@ai-sdk/gateway': 'openai-compatible',
    '@ai-sdk/groq': 'openai-compatible',
    '@ai-sdk/mistral': 'openai-compatible',
    '@ai-sdk/perplexity': 'openai-compatible',
    '@ai-sdk/togetherai': 'openai-compatible',
    '@ai-sdk/vercel': 'openai-compatible',
    '@ai-sdk/xai': 'openai-compatible',
    '@aihubmix/ai-sdk-provider': 'openai-compatible',
    '@openrouter/ai-sdk-provider': 'openai-compatible',
    'venice-ai-sdk-provider': 'openai-compatible',
  }),
)

/** Addresses that models.dev leaves to the SDK package, from the hosts' own documentation. */
const DOCUMENTED_URL: ReadonlyMap<string, string> = new Map(
  Object.entries({
    aihubmix: 'https://aihubmix.com/v1', // https://docs.aihubmix.com/en/quick-start
    anthropic: 'https://api.anthropic.com/v1', // https://docs.anthropic.com/en/api/overview
    cerebras: 'https://api.cerebras.ai/v1', // https://inference-docs.cerebras.ai/resources/openai
    cohere: 'https://api.cohere.ai/compatibility/v1', // https://docs.cohere.com/docs/compatibility-api
    deepinfra: 'https://api.deepinfra.com/v1/openai', // https://deepinfra.com/docs/openai_api
    google: 'https://generativelanguage.googleapis.com/v1beta', // https://ai.google.dev/api
    groq: 'https://api.groq.com/openai/v1', // https://console.groq.com/docs/openai
    mistral: 'https://api.mistral.ai/v1', // https://docs.mistral.ai/api
    openai: 'https://api.openai.com/v1', // https://platform.openai.com/docs/api-reference
    openrouter: 'https://openrouter.ai/api/v1', // https://openrouter.ai/docs/api-reference/overview
    perplexity: 'https://api.perplexity.ai', // https://docs.perplexity.ai/guides/chat-completions-guide
    togetherai: 'https://api.together.xyz/v1', // https://docs.together.ai/docs/openai-api-compatibility
    v0: 'https://api.v0.dev/v1', // https://v0.app/docs/api/model
    venice: 'https://api.venice.ai/api/v1', // https://docs.venice.ai/api-reference/api-spec
    vercel: 'https://ai-gateway.vercel.sh/v1', // https://vercel.com/docs/ai-gateway/openai-compat
    xai: 'https://api.x.ai/v1', // https://docs.x.ai/docs/api-reference
  }),
)

/** Hosts whose key is first exchanged for another one: not supported yet. */
const OWN_LOGIN = new Set(['github-copilot'])

/** Hosts that serve what models.dev lists under `@ai-sdk/openai` through the Responses API alone. */
const RESPONSES_ONLY = new Set(['opencode', 'perplexity-agent'])

/** OpenAI's models that chat completions refuses: "This model is only supported in v1/responses". */
const OPENAI_RESPONSES_MODELS = /-codex|codex-|-pro$|deep-research|computer-use/

/** The wire family and address of a host. `unsupported` is what needs another login than a key. */
export function hostDialect(provider: string, npm: string, api: string | undefined): HostDialect {
  const family = FAMILY_OF_PACKAGE.get(npm)
  if (family === undefined || OWN_LOGIN.has(provider)) return { family: 'unsupported' }
  const address = (api ?? DOCUMENTED_URL.get(provider))
    ?.replace(/\/+$/, '')
    .replace(/\/chat\/completions$/, '')
  const responsesOnly = RESPONSES_ONLY.has(provider) && npm === '@ai-sdk/openai'
  return {
    family: responsesOnly ? 'openai-responses' : family,
    ...(address !== undefined && { baseUrl: address }),
  }
}

/** Where one model at a host is spoken to otherwise than the host: models.dev's `provider` of the model. */
export interface ModelDialect {
  readonly npm?: string | undefined
  readonly api?: string | undefined
  /** `responses` or `completions`. */
  readonly shape?: string | undefined
}

/** What differs for one model at a host; empty when nothing does. */
export function endpointDialect(
  provider: { readonly slug: string; readonly npm: string; readonly dialect: HostDialect },
  id: string,
  model: ModelDialect,
): Partial<HostDialect> {
  const { slug, npm, dialect } = provider
  if (dialect.family === 'unsupported') return {}
  const responsesOnly = model.shape === 'responses' || (slug === 'openai' && OPENAI_RESPONSES_MODELS.test(id))
  const host = hostDialect(slug, model.npm ?? npm, model.api ?? dialect.baseUrl)
  const own: HostDialect = responsesOnly ? { ...host, family: 'openai-responses' } : host
  return {
    ...(own.family !== dialect.family && { family: own.family }),
    ...(own.baseUrl !== undefined && own.baseUrl !== dialect.baseUrl && { baseUrl: own.baseUrl }),
  }
}
