import type { Endpoint } from '../../src/market/offer.ts'
import { drawLogNormal, drawOne, type Random, seededRandom } from '../../src/simulate/seeded-random.ts'
import { endpoint } from '../../test/sample-market.ts'

/** A day of a market, with what really is the matter with its hosts. Times are seconds since midnight. */
export interface World {
  readonly seed: number
  readonly hosts: readonly Host[]
  readonly sellers: readonly Seller[]
  readonly calls: readonly MarketCall[]
}

/** A provider. What is the matter with it is the matter with everything that it sells. */
export interface Host {
  readonly slug: string
  readonly spells: readonly Spell[]
}

/** A while in which a host is not as it usually is. */
export interface Spell {
  readonly from: number
  readonly to: number
  readonly kind: Failure | 'slow'
  /** Share of the attempts that fail, 0..1; of slow spells, how many times as long everything takes. */
  readonly strength: number
}

/** An error at once, silence until the time-out, or an answer that breaks off in its middle. */
export type Failure = 'error' | 'silence' | 'break'

/** One model at one host. */
export interface Seller {
  readonly id: string
  readonly host: number
  readonly model: string
  readonly firstByteMs: number
  readonly tokensPerSecond: number
  /** Prices by the hour, USD per million tokens: 24 pairs of prompt and completion. */
  readonly prices: readonly (readonly [number, number])[]
  readonly limit?: RateLimit
}

/** `window`: so many calls a minute by the clock, with Retry-After until the next; `bucket`: filled evenly, and silent about when. */
export interface RateLimit {
  readonly kind: 'window' | 'bucket'
  readonly callsPerSecond: number
}

export interface MarketCall {
  readonly at: number
  readonly model: string
  readonly promptTokens: number
  readonly completionTokens: number
}

const DAY_S = 86_400

/** List price (USD per million tokens), usual speed, and share of the calls of each model. */
const MODELS = [
  { slug: 'acme/small', prompt: 0.1, completion: 0.3, firstByteMs: 300, tokensPerSecond: 120, share: 0.35 },
  { slug: 'acme/middle', prompt: 0.4, completion: 1.2, firstByteMs: 500, tokensPerSecond: 70, share: 0.35 },
  { slug: 'acme/large', prompt: 1.5, completion: 5, firstByteMs: 800, tokensPerSecond: 45, share: 0.2 },
  { slug: 'acme/huge', prompt: 3, completion: 15, firstByteMs: 1200, tokensPerSecond: 35, share: 0.1 },
] as const

const HOSTS = 20
const MODELS_PER_HOST = 2

/** Every failure that is always there, as shares of the attempts, is drawn around this. */
const USUAL_FAILURES: readonly (readonly [Failure, number])[] = [
  ['error', 0.004],
  ['silence', 0.0005],
  ['break', 0.0005],
]

/**
 * Draws a day of a market of 20 hosts that sell two of four models each:
 *
 * - prices lie around the model's (log-normal, spread 0.35) and change by the full hour, each with a chance of 6 %, to
 *   between 0.6 and 1.6 times; the catalog follows at once;
 * - speeds lie around the model's (spread 0.4);
 * - brown-outs: 1.5 a host and day, of 5 to 60 minutes, in which 5 to 100 % of the attempts fail: half of them with errors,
 *   a quarter in silence until the time-out, a quarter by breaking off;
 * - slow spells: one a host and day, of 10 to 90 minutes, 2 to 6 times as slow;
 * - half of what is sold has a rate limit of 0.2 to 1.2 times what the whole market asks of the model on average; half of
 *   these count by the minute and send Retry-After;
 * - calls come at random (Poisson), three times as many at two in the afternoon as at two in the night, with prompts around
 *   1,000 tokens (spread 1) and answers around 300 (spread 0.8).
 *
 * @param calls expected number of calls in the day.
 */
export function drawWorld(seed: number, calls: number): World {
  const hosts = Array.from({ length: HOSTS }, (_, h) => ({
    slug: `host${h + 1}`,
    spells: drawSpells(seededRandom('spells', seed, h)),
  }))
  const random = seededRandom('sellers', seed)
  const sellers = hosts.flatMap(({ slug }, h) =>
    Array.from({ length: MODELS_PER_HOST }, (_, i) => {
      // Every model is sold by the same number of hosts.
      const model = MODELS[(h + i * (1 + (h % 3))) % MODELS.length]!
      return drawSeller(random, slug, h, model, (calls / DAY_S) * model.share)
    }),
  )
  return { seed, hosts, sellers, calls: drawCalls(seededRandom('calls', seed), calls) }
}

function drawSpells(random: Random): readonly Spell[] {
  const usual = USUAL_FAILURES.map(([kind, share]) => ({
    ...{ from: 0, to: Infinity, kind },
    strength: drawLogNormal(random, share, 0.7),
  }))
  const kinds: readonly Failure[] = ['error', 'error', 'silence', 'break']
  const brownOuts = drawTimes(random, 1.5, 300, 3600).map(([from, to]) => ({
    ...{ from, to, kind: drawOne(random, kinds) },
    strength: 0.05 + 0.95 * random() ** 2,
  }))
  const slow = drawTimes(random, 1, 600, 5400).map(([from, to]) => ({
    ...{ from, to, kind: 'slow' as const },
    strength: 2 + 4 * random(),
  }))
  return [...usual, ...brownOuts, ...slow]
}

/** Times that begin at random, on average so many a day. */
function drawTimes(
  random: Random,
  perDay: number,
  least: number,
  most: number,
): (readonly [number, number])[] {
  const times: (readonly [number, number])[] = []
  for (let at = gap(random, perDay / DAY_S); at < DAY_S; at += gap(random, perDay / DAY_S))
    times.push([at, at + least + (most - least) * random()])
  return times
}

/** Time to the next event of a Poisson process. */
function gap(random: Random, rate: number): number {
  return -Math.log(1 - random()) / rate
}

function drawSeller(
  random: Random,
  provider: string,
  host: number,
  model: (typeof MODELS)[number],
  demand: number,
): Seller {
  const factor = drawLogNormal(random, 1, 0.35)
  let change = 1
  const prices = Array.from({ length: 24 }, (_, hour) => {
    if (hour > 0 && random() < 0.06) change = 0.6 + random()
    return [model.prompt * factor * change, model.completion * factor * change] as const
  })
  const callsPerSecond = demand * (0.2 + random())
  const limit = { kind: random() < 0.5 ? ('window' as const) : ('bucket' as const), callsPerSecond }
  return {
    id: `${provider}/${model.slug}`,
    host,
    model: model.slug,
    firstByteMs: drawLogNormal(random, model.firstByteMs, 0.4),
    tokensPerSecond: drawLogNormal(random, model.tokensPerSecond, 0.4),
    prices,
    ...(random() < 0.5 && { limit }),
  }
}

function drawCalls(random: Random, calls: number): readonly MarketCall[] {
  const drawn: MarketCall[] = []
  const busiest = (1.5 * calls) / DAY_S
  for (let at = gap(random, busiest); at < DAY_S; at += gap(random, busiest)) {
    const rate = 1 - 0.5 * Math.cos((2 * Math.PI * (at - 7200)) / DAY_S)
    if (random() * 1.5 > rate) continue
    drawn.push({
      at,
      model: drawModel(random()),
      promptTokens: Math.round(drawLogNormal(random, 1000, 1)),
      completionTokens: Math.max(1, Math.round(drawLogNormal(random, 300, 0.8))),
    })
  }
  return drawn
}

function drawModel(at: number): string {
  let sum = 0
  for (const { slug, share } of MODELS) {
    sum += share
    if (at < sum) return slug
  }
  return MODELS[0].slug
}

/** What the catalog says in an hour of the day. */
export function endpointsAt({ sellers }: World, hour: number): readonly Endpoint[] {
  return sellers.map(({ id, model, prices }) => endpoint(id, model, prices[hour]!))
}
