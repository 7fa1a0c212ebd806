import { bedrockRegion } from './bedrock-regions.ts'
import { isPlace } from './places.ts'

/**
 * Where the address of a cloud, together with a model's id there, says that calls are processed; undefined where it does
 * not say. Azure's address does not: it names a resource, whose deployments may be global.
 *
 * @param address base URL with its account's places filled in
 */
export function regionsOfAddress(address: string, upstreamModel: string): readonly string[] | undefined {
  if (!URL.canParse(address)) return undefined
  const { hostname, pathname } = new URL(address)
  const region = bedrockRegion(address)
  if (region !== undefined) return bedrockPlaces(region, upstreamModel)
  const location = vertexLocation(hostname, pathname)
  if (location !== undefined) return placesOf(GOOGLE, location)
  return Object.hasOwn(REGIONAL_HOSTS, hostname) ? REGIONAL_HOSTS[hostname] : undefined
}

/**
 * A plain model is served in the region that is called, a geographic inference profile anywhere in its part of the world
 * and, for calls from outside of it, where they come from; a global one anywhere.
 * https://docs.aws.amazon.com/bedrock/latest/userguide/geographic-cross-region-inference.html
 */
function bedrockPlaces(region: string, model: string): readonly string[] | undefined {
  // `eu.anthropic.claude-…` is a profile, `deepseek.v3.2` is not.
  const [, prefix = ''] = /^([a-z-]+)\.[a-z][a-z0-9]*\.[a-z]/.exec(model) ?? []
  const own = placesOf(AWS, region)
  if (prefix === '' || own === undefined) return own
  const geography = PROFILES.get(prefix)
  return geography === undefined ? undefined : [...new Set([geography, ...own])]
}

const PROFILES: ReadonlyMap<string, string> = new Map(
  Object.entries({ us: 'US', 'us-gov': 'US', eu: 'EU', jp: 'JP', au: 'AU', ca: 'CA' }),
)

/** The location in the path has to be the host's: `global` is anywhere. */
function vertexLocation(hostname: string, pathname: string): string | undefined {
  const named =
    /^([a-z]+-[a-z]+\d+)-aiplatform\.googleapis\.com$/.exec(hostname)?.[1] ??
    /^aiplatform\.([a-z]+)\.rep\.googleapis\.com$/.exec(hostname)?.[1]
  return named !== undefined && pathname.includes(`/locations/${named}`) ? named : undefined
}

function placesOf(regions: Readonly<Record<string, string>>, region: string): readonly string[] | undefined {
  const place = Object.hasOwn(regions, region) ? regions[region] : undefined
  return isPlace(place) ? [place] : undefined
}

/** Names of hosts that promise where they compute. */
const REGIONAL_HOSTS: Readonly<Record<string, readonly string[]>> = {
  // https://developers.openai.com/api/docs/guides/data-residency
  'eu.api.openai.com': ['EEA', 'CH'],
  'us.api.openai.com': ['US'],
  'us.api.x.ai': ['US'], // https://docs.x.ai/developers/advanced-api-usage/regions
}

/** The countries of AWS's regions. https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html */
const AWS: Readonly<Record<string, string>> = {
  'af-south-1': 'ZA',
  'ap-east-1': 'HK',
  'ap-east-2': 'TW',
  'ap-northeast-1': 'JP',
  'ap-northeast-2': 'KR',
  'ap-northeast-3': 'JP',
  'ap-south-1': 'IN',
  'ap-south-2': 'IN',
  'ap-southeast-1': 'SG',
  'ap-southeast-2': 'AU',
  'ap-southeast-3': 'ID',
  'ap-southeast-4': 'AU',
  'ap-southeast-5': 'MY',
  'ap-southeast-7': 'TH',
  'ca-central-1': 'CA',
  'ca-west-1': 'CA',
  'eu-central-1': 'DE',
  'eu-central-2': 'CH',
  'eu-north-1': 'SE',
  'eu-south-1': 'IT',
  'eu-south-2': 'ES',
  'eu-west-1': 'IE',
  'eu-west-2': 'GB',
  'eu-west-3': 'FR',
  'il-central-1': 'IL',
  'me-central-1': 'AE',
  'me-south-1': 'BH',
  'mx-central-1': 'MX',
  'sa-east-1': 'BR',
  'us-east-1': 'US',
  'us-east-2': 'US',
  'us-gov-east-1': 'US',
  'us-gov-west-1': 'US',
  'us-west-1': 'US',
  'us-west-2': 'US',
}

/** The countries of Google's locations. https://docs.cloud.google.com/vertex-ai/generative-ai/docs/learn/locations */
const GOOGLE: Readonly<Record<string, string>> = {
  eu: 'EU',
  us: 'US',
  'africa-south1': 'ZA',
  'asia-east1': 'TW',
  'asia-east2': 'HK',
  'asia-northeast1': 'JP',
  'asia-northeast2': 'JP',
  'asia-northeast3': 'KR',
  'asia-south1': 'IN',
  'asia-south2': 'IN',
  'asia-southeast1': 'SG',
  'asia-southeast2': 'ID',
  'australia-southeast1': 'AU',
  'australia-southeast2': 'AU',
  'europe-central2': 'PL',
  'europe-north1': 'FI',
  'europe-north2': 'SE',
  'europe-southwest1': 'ES',
  'europe-west1': 'BE',
  'europe-west10': 'DE',
  'europe-west12': 'IT',
  'europe-west2': 'GB',
  'europe-west3': 'DE',
  'europe-west4': 'NL',
  'europe-west6': 'CH',
  'europe-west8': 'IT',
  'europe-west9': 'FR',
  'me-central1': 'QA',
  'me-central2': 'SA',
  'me-west1': 'IL',
  'northamerica-northeast1': 'CA',
  'northamerica-northeast2': 'CA',
  'northamerica-south1': 'MX',
  'southamerica-east1': 'BR',
  'southamerica-west1': 'CL',
  'us-central1': 'US',
  'us-east1': 'US',
  'us-east4': 'US',
  'us-east5': 'US',
  'us-south1': 'US',
  'us-west1': 'US',
  'us-west2': 'US',
  'us-west3': 'US',
  'us-west4': 'US',
}
