import { createAmazonBedrock } from '@ai-sdk/amazon-bedrock'
import type { LanguageModelV4CallOptions } from '@ai-sdk/provider'
import { MeritorderError } from '../../errors.ts'
import { bedrockRegion } from '../../market/bedrock-regions.ts'
import type { Exchange, Send } from '../exchange.ts'
import { withOneToolOfClaude } from '../one-tool-at-a-time.ts'
import type { TakesBack } from '../others-facts.ts'
import type { Pools } from '../pools.ts'
import { type Access, translated } from '../translated.ts'
import { takesCachePoints, withCachePoints } from './bedrock-cache-points.ts'

/** Where there is no other region. */
export const BEDROCK_URL = 'https://bedrock-runtime.us-east-1.amazonaws.com'

/**
 * Amazon Bedrock's Converse API; streams are binary event streams. The key is a Bedrock API key, or
 * `ACCESS_KEY_ID:SECRET_ACCESS_KEY[:SESSION_TOKEN]`, which signs every request (SigV4) and never leaves.
 */
export function amazonBedrock(pools: Pools): Send {
  return translated(
    {
      defaultBaseUrl: BEDROCK_URL,
      model: (access, id) => bedrock(access)(id),
      takesBack,
      adapt,
      refusesAll,
    },
    pools,
  )
}

function takesBack({ candidate }: Exchange): TakesBack {
  const caches = takesCachePoints(candidate.endpoint.upstreamModel)
  return { names: ['amazonBedrock', 'bedrock'], thoughts: true, caches }
}

/** A model that this region or account does not have, or only through an inference profile. */
function refusesAll(message: string): boolean {
  return /on-demand throughput isn.t supported|provided model identifier is invalid/i.test(message)
}

/** The package with this access: nothing is left undefined that it would look for in the environment. */
export function bedrock({ baseURL, apiKey, fetch, provider }: Access) {
  const { origin, pathname } = new URL(baseURL)
  const own = { baseURL: origin + pathname.replace(/\/$/, ''), fetch }
  const [accessKeyId = '', secretAccessKey, sessionToken] = apiKey.split(':')
  // Without any key the package would sign with what it finds in the environment.
  if (secretAccessKey === undefined) return createAmazonBedrock({ ...own, apiKey: apiKey || 'none' })
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
  const region = bedrockRegion(hostname) ?? searchParams.get('region')
  if (region !== null) return region
  throw new MeritorderError(
    'server',
    `The address of ${provider} names no AWS region: write it as ?region=… at the end of providers.${provider}.base_url.`,
    { provider },
  )
}

function adapt(options: LanguageModelV4CallOptions, { candidate }: Exchange): LanguageModelV4CallOptions {
  const prompt = withCachePoints(options.prompt, candidate.endpoint.upstreamModel)
  return withOneToolOfClaude({ ...options, prompt })
}
