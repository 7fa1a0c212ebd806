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
    '@ai-sdk/amazon-bedrock': 'amazon-bedrock',
    '@ai-sdk/azure': 'azure',
    '@ai-sdk/cohere': 'cohere',
    '@ai-sdk/google-vertex': 'vertex',
    '@ai-sdk/google-vertex/anthropic': 'vertex',
    '@ai-sdk/mistral': 'mistral',
    '@ai-sdk/perplexity': 'perplexity',
    '@ai-sdk/openai-compatible': 'openai-compatible',
    '@ai-sdk/openai': 'openai-compatible',
    '@ai-sdk/cerebras': 'openai-compatible',
    '@ai-sdk/deepinfra': 'openai-compatible',
    '@ai-sdk/gateway': 'openai-compatible',
    '@ai-sdk/groq': 'openai-compatible',
    '@ai-sdk/togetherai': 'openai-compatible',
    '@ai-sdk/vercel': 'openai-compatible',
    '@ai-sdk/xai': 'openai-compatible',
    '@aihubmix/ai-sdk-provider': 'openai-compatible',
    '@openrouter/ai-sdk-provider': 'openai-compatible',
    'venice-ai-sdk-provider': 'openai-compatible',
  }),
)

const VERTEX = `https://\${GOOGLE_VERTEX_ENDPOINT}/v1/projects/\${GOOGLE_VERTEX_PROJECT}/locations/\${GOOGLE_VERTEX_LOCATION}`

/** Addresses that models.dev leaves to the SDK package, from the hosts' own documentation. */
const DOCUMENTED_URL: ReadonlyMap<string, string> = new Map(
  Object.entries({
    aihubmix: 'https://aihubmix.com/v1', // https://docs.aihubmix.com/en/quick-start
    // https://docs.aws.amazon.com/bedrock/latest/userguide/endpoints.html
    'amazon-bedrock': `https://bedrock-runtime.\${AWS_REGION}.amazonaws.com`,
    anthropic: 'https://api.anthropic.com/v1', // https://docs.anthropic.com/en/api/overview
    // https://learn.microsoft.com/en-us/azure/foundry/openai/api-version-lifecycle
    azure: `https://\${AZURE_RESOURCE_NAME}.openai.azure.com/openai/v1`,
    'azure-cognitive-services': `https://\${AZURE_COGNITIVE_SERVICES_RESOURCE_NAME}.cognitiveservices.azure.com/openai/v1`,
    cerebras: 'https://api.cerebras.ai/v1', // https://inference-docs.cerebras.ai/resources/openai
    cohere: 'https://api.cohere.com/v2', // https://docs.cohere.com/reference/chat
    deepinfra: 'https://api.deepinfra.com/v1/openai', // https://deepinfra.com/docs/openai_api
    google: 'https://generativelanguage.googleapis.com/v1beta', // https://ai.google.dev/api
    // https://docs.cloud.google.com/vertex-ai/generative-ai/docs/learn/locations
    'google-vertex': VERTEX,
    'google-vertex-anthropic': VERTEX,
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

/** Variables of keys that models.dev lists together with others, from the hosts' own documentation. */
const DOCUMENTED_KEYS: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    'amazon-bedrock': ['AWS_BEARER_TOKEN_BEDROCK', 'AWS_ACCESS_KEY_ID'],
    azure: ['AZURE_API_KEY', 'AZURE_OPENAI_API_KEY'],
    'google-vertex': ['GOOGLE_APPLICATION_CREDENTIALS', 'GOOGLE_VERTEX_PROJECT'],
    'google-vertex-anthropic': ['GOOGLE_APPLICATION_CREDENTIALS', 'GOOGLE_VERTEX_PROJECT'],
  }),
)

/** The environment variables that hold a key of this host. @param listed what models.dev names, keys or not */
export function keyVariables(provider: string, listed: readonly string[]): readonly string[] {
  const keys = listed.filter((variable) => /(KEY|TOKEN|PAT|SECRET)$/.test(variable))
  return DOCUMENTED_KEYS.get(provider) ?? (keys.length > 0 ? keys : listed)
}

/** Hosts whose key is first exchanged for another one: not supported yet. */
const OWN_LOGIN = new Set(['github-copilot'])

/** Hosts that serve what models.dev lists under `@ai-sdk/openai` through the Responses API alone. */
const RESPONSES_ONLY = new Set(['opencode', 'perplexity-agent'])

/** Hosts that sell OpenAI's models as OpenAI does. */
const SELLS_OPENAI = new Set(['openai', 'azure', 'azure-cognitive-services'])

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
  // Every model of a project is reached with the same tokens; Azure's v1 API serves those of other makers too.
  if (dialect.family === 'vertex') return {}
  const responsesOnly =
    model.shape === 'responses' || (SELLS_OPENAI.has(slug) && OPENAI_RESPONSES_MODELS.test(id))
  const host = hostDialect(slug, model.npm ?? npm, model.api ?? dialect.baseUrl)
  const own = responsesOnly ? inResponses(host) : host
  if (dialect.family === 'azure' && own.family === 'openai-compatible') return {}
  return {
    ...(own.family !== dialect.family && { family: own.family }),
    ...(own.baseUrl !== undefined && own.baseUrl !== dialect.baseUrl && { baseUrl: own.baseUrl }),
  }
}

/** Hosts with a login of their own (Azure, Amazon) want another for their Responses than OpenAI's bearer token. */
function inResponses(host: HostDialect): HostDialect {
  const known = host.family === 'openai-compatible' || host.family === 'openai-responses'
  return known ? { ...host, family: 'openai-responses' } : { family: 'unsupported' }
}
