import { createAmazonBedrock } from '@ai-sdk/amazon-bedrock'
import type { LanguageModelV4CallOptions } from '@ai-sdk/provider'
import { MeritorderError } from '../../errors.ts'
import type { Skin } from '../../receive/dialects/dialect.ts'
import type { EmbeddingsRequest } from '../../receive/work-request.ts'
import type { Exchange, Send } from '../exchange.ts'
import type { Pools } from '../pools.ts'
import { type Access, translated } from '../translated.ts'
import { cohereOptions } from '../work/cohere-options.ts'
import { embedTranslated } from '../work/embed-translated.ts'

const BASE_URL = 'https://bedrock-runtime.us-east-1.amazonaws.com'

/**
 * Amazon Bedrock's Converse API; streams are binary event streams. The key is a Bedrock API key, or
 * `ACCESS_KEY_ID:SECRET_ACCESS_KEY[:SESSION_TOKEN]`, which signs every request (SigV4) and never leaves.
 */
export function amazonBedrock(pools: Pools): Send {
  return translated({ defaultBaseUrl: BASE_URL, model: (access, id) => bedrock(access)(id), adapt }, pools)
}

/** The embeddings of Titan, Nova and Cohere on Bedrock, one text a request but for Cohere's. */
export function amazonBedrockEmbeddings(pools: Pools): Send<Skin<EmbeddingsRequest>> {
  return embedTranslated(
    {
      defaultBaseUrl: BASE_URL,
      model: (access, upstreamModel) => bedrock(access).embeddingModel(upstreamModel),
      options: (request, upstreamModel) => ({ amazonBedrock: embeddingOptions(request, upstreamModel) }),
    },
    pools,
  )
}

function embeddingOptions(request: EmbeddingsRequest, upstreamModel: string) {
  if (upstreamModel.includes('cohere.embed-')) return cohereOptions(request)
  const { dimensions } = request
  if (dimensions === undefined) return {}
  const isNova = upstreamModel.includes('amazon.nova-')
  const known = isNova ? [256, 384, 1024, 3072] : [256, 512, 1024]
  if (!known.includes(dimensions))
    throw new MeritorderError('invalid_request', `dimensions: this model takes ${known.join(', ')}.`, {
      limit: 'dimensions',
    })
  return isNova ? { embeddingDimension: dimensions } : { dimensions }
}

/** Nothing is left undefined that the package would look for in the environment. */
function bedrock({ baseURL, apiKey, fetch, provider }: Access) {
  const { origin, pathname } = new URL(baseURL)
  const own = { baseURL: origin + pathname.replace(/\/$/, ''), fetch }
  const [accessKeyId = '', secretAccessKey, sessionToken] = apiKey.split(':')
  if (secretAccessKey === undefined) return createAmazonBedrock({ ...own, apiKey })
  const region = regionOf(baseURL, provider)
  return createAmazonBedrock({
    ...own,
    apiKey: '',
    region,
    accessKeyId,
    secretAccessKey,
    ...(sessionToken === undefined ? {} : { sessionToken }),
  })
}

/** The region is part of what is signed: `bedrock-runtime.eu-west-1.amazonaws.com`, or `?region=` behind a proxy's address. */
function regionOf(baseURL: string, provider: string): string {
  const { hostname, searchParams } = new URL(baseURL)
  const region = /bedrock-runtime(?:-fips)?\.([a-z0-9-]+)\./.exec(hostname)?.[1] ?? searchParams.get('region')
  if (region !== null) return region
  throw new MeritorderError(
    'server',
    `The address of ${provider} names no AWS region: write it as ?region=… at the end of providers.${provider}.base_url.`,
    { provider },
  )
}

function adapt(options: LanguageModelV4CallOptions, { call }: Exchange): LanguageModelV4CallOptions {
  if (call.body.parallel_tool_calls !== false) return options
  const anthropic = { ...options.providerOptions?.anthropic, disableParallelToolUse: true }
  return { ...options, providerOptions: { ...options.providerOptions, anthropic } }
}
