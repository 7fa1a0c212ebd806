import type { FaultOrder } from '../../src/simulate/fault-order.ts'
import { drawOne, type Random, seededRandom } from '../../src/simulate/seeded-random.ts'
import { HOSTS, SELLERS } from './market.ts'

/** Faults that a host can have whatever it was asked; 400 is not among them: that is the caller's own. */
const FAULTS = [
  ...['refuse', 'hang', 'slow-first-byte:1500', 'html', 'empty', 'half-json', 'error-in-json', 'no-done'],
  ...['status:401', 'status:402', 'status:403', 'status:404', 'status:408', 'status:429', 'status:429:3'],
  ...['status:500', 'status:502', 'status:503', 'status:529', 'error-event:0', 'error-event:4', 'cut:0'],
  ...['cut:4', 'early-end:0', 'early-end:4', 'stall:0', 'stall:4', 'malformed-line', 'crlf', 'split-bytes'],
  ...['huge-event:1', 'slow-drip:1'],
]

const SPELL_SECONDS = 8
const CALM_SECONDS = 4

/**
 * The faults of a run, all ordered at its start. In every spell some hosts are bad, each for a share of its requests, but
 * every model keeps a host that is not.
 */
export function drawWeather(seed: number, seconds: number): FaultOrder[] {
  const random = seededRandom(seed, 'weather')
  const orders: FaultOrder[] = []
  for (let from = 2; from < seconds; from += SPELL_SECONDS + CALM_SECONDS)
    for (const provider of drawBad(random)) {
      const until = from + SPELL_SECONDS
      const order = { provider, fault: drawOne(random, FAULTS), from, until }
      const share = drawOne(random, [0.2, 0.5, 1])
      orders.push(random() < 0.2 ? { ...order, share: 0, ramp: 1 } : { ...order, share })
    }
  return orders
}

/** Whether a host has any fault between two times, in seconds of the run. */
export function isBad(orders: readonly FaultOrder[], host: string, start: number, end: number): boolean {
  return orders.some(
    ({ provider, from = 0, until = Number.POSITIVE_INFINITY }) =>
      provider === host && from <= end && until >= start,
  )
}

/** Whether one host of a model has no fault from the first of two times to the last: the call could have been answered. */
export function hasHealthyHost(
  orders: readonly FaultOrder[],
  model: string,
  start: number,
  end: number,
): boolean {
  return sellersOf(model).some((host) => !isBad(orders, host, start, end))
}

/** `auto` may be answered by anyone. */
function sellersOf(model: string): readonly string[] {
  return SELLERS[model] ?? HOSTS.map(({ slug }) => slug)
}

/** Hosts drawn one by one, as long as every model keeps another; sometimes one fewer than could be. */
function drawBad(random: Random): string[] {
  const bad: string[] = []
  const wanted = 1 + Math.floor(random() * 3)
  for (const slug of shuffled(random)) {
    const next = [...bad, slug]
    const all = Object.values(SELLERS)
    if (next.length <= wanted && all.every((sellers) => sellers.some((one) => !next.includes(one))))
      bad.push(slug)
  }
  return bad
}

function shuffled(random: Random): string[] {
  return HOSTS.map(({ slug }) => ({ slug, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ slug }) => slug)
}
