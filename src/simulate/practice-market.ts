import type { WireFamily } from '../market/families.ts'
import type { Catalog, Endpoint, Price } from '../market/offer.ts'
import { formatUsd, parseUsd } from '../money.ts'
import type { Speed } from './pace.ts'
import { HOSTS, type Host, MODELS, type Offer, PRICES_AS_OF, type WorkOffer } from './practice-offers.ts'
import { drawLogNormal, seededRandom } from './seeded-random.ts'

/** Providers that nobody listed here: what a test brings with a catalog of its own. */
const USUAL_SPEED: Speed = {
  firstByteMs: { median: 500, spread: 0.4 },
  tokensPerSecond: { median: 70, spread: 0.4 },
}

/**
 * The practice market: five simulated providers selling ten real models at real list prices (models.dev,
 * 2026-07-02; each provider takes one real host's list), each in the wire family that the real host offers it in. They
 * need no key and say everywhere that they are simulated.
 * `baseUrl` is the running simulator's `url`.
 */
export function practiceCatalog(baseUrl: string): Catalog {
  return {
    version: `practice-${PRICES_AS_OF}`,
    providers: HOSTS.map(({ slug, name }) => ({
      slug,
      name,
      family: 'openai-compatible',
      baseUrl: `${baseUrl}/${slug}/v1`,
      keyVariables: [],
      simulated: true,
    })),
    models: MODELS.map(({ input: _input, pace: _pace, ...facts }) => facts),
    endpoints: HOSTS.flatMap((host) => [
      ...host.offers.map((offer) => endpointOf(host, offer, baseUrl)),
      ...(host.workOffers ?? []).map((offer) => workEndpointOf(host, offer)),
    ]),
  }
}

/**
 * How fast a practice endpoint answers: its host's medians and its model's pace, moved a little by its id so that no
 * two are alike. Invented, for practice. Unknown endpoints get an ordinary speed.
 */
export function practiceSpeed(provider: string, upstreamModel: string): Speed {
  const host = HOSTS.find((one) => one.slug === provider)
  const offer = [...(host?.offers ?? []), ...(host?.workOffers ?? [])].find((one) => one[1] === upstreamModel)
  const pace = MODELS.find((one) => one.slug === offer?.[0])?.pace
  if (host === undefined || pace === undefined) return USUAL_SPEED
  const random = seededRandom(provider, upstreamModel)
  const firstByte = drawLogNormal(random, host.firstByteMs / Math.sqrt(pace), 0.15)
  const tokens = drawLogNormal(random, host.tokensPerSecond * pace, 0.15)
  return {
    firstByteMs: { median: firstByte, spread: host.spread },
    tokensPerSecond: { median: tokens, spread: host.spread },
  }
}

/** An exact USD price per token from the usual figure per million tokens. */
export function perToken(usdPerMillion: string): string {
  return formatUsd(parseUsd(`${usdPerMillion}e-6`))
}

/** Where the real hosts of a family have their base path, if not at `/v1`. */
const BASE_PATH: Readonly<Partial<Record<WireFamily, string>>> = {
  'amazon-bedrock': '',
  cohere: '/v2',
  google: '/v1beta',
}

function endpointOf(host: Host, offer: Offer, baseUrl: string): Endpoint {
  const [slug, upstreamModel, prompt, completion, cacheRead, cacheWrite, contextTokens, maxCompletionTokens] =
    offer
  const sold = MODELS.find((one) => one.slug === slug)
  const family = host.families[slug]
  const price: Price = {
    prompt: perToken(prompt),
    completion: perToken(completion),
    ...(cacheRead === null ? {} : { cacheRead: perToken(cacheRead) }),
    ...(cacheWrite === null ? {} : { cacheWrite: perToken(cacheWrite) }),
  }
  return {
    id: `${host.slug}/${upstreamModel}`,
    provider: host.slug,
    model: slug,
    upstreamModel,
    ...(family && { family, baseUrl: `${baseUrl}/${host.slug}${BASE_PATH[family] ?? '/v1'}` }),
    price,
    contextTokens,
    maxCompletionTokens,
    input: sold?.input ?? ['text'],
    output: ['text'],
    supports: { tools: true, structuredOutput: true, reasoning: sold?.reasoning ?? false, temperature: true },
  }
}

function workEndpointOf(
  host: Host,
  [model, upstreamModel, prompt, request, contextTokens]: WorkOffer,
): Endpoint {
  return {
    id: `${host.slug}/${upstreamModel}`,
    provider: host.slug,
    model,
    upstreamModel,
    price: { prompt: perToken(prompt), completion: '0', ...(request !== null && { request }) },
    contextTokens,
    input: ['text'],
    output: ['text'],
    supports: { tools: false, structuredOutput: false, reasoning: false, temperature: false },
  }
}
