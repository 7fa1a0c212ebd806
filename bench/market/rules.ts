import { compileCandidates } from '../../src/decide/candidates.ts'
import { decide } from '../../src/decide/decide.ts'
import type { EndpointChoice, Policy } from '../../src/decide/policy.ts'
import { createHealthBoard } from '../../src/market/health.ts'
import { createTrafficCap } from '../../src/market/traffic-cap.ts'
import { seededRandom } from '../../src/simulate/seeded-random.ts'
import { catalogOf, promptOf, SAMPLE_PRIOR, wishFor } from '../../test/sample-market.ts'
import { conditionAt, costUsd, hourOf, type Outcome, TIME_OUT_MS } from './attempt.ts'
import type { Limiter } from './limiter.ts'
import { endpointsAt, type MarketCall, type World } from './world.ts'

/** How hosts are chosen. Times are seconds. */
interface Rule {
  /** The sellers of the call's model in the order in which they are asked, by their numbers. */
  order(call: MarketCall, at: number): readonly number[]
  sent(seller: number): void
  ended(seller: number, call: MarketCall, outcome: Outcome): void
}

/** What a rule may look at: the time, seconds, and, where it knows everything, how much the hosts take. */
interface Surroundings {
  readonly world: World
  readonly policy: Policy
  readonly now: () => number
  readonly limiter: Limiter
}

export const RULES = {
  ours: (around: Surroundings) => decided('merit', around),
  OpenRouter: (around: Surroundings) => decided('price_weighted', around),
  rotation,
  oracle,
} as const satisfies Record<string, (around: Surroundings) => Rule>

export type RuleName = keyof typeof RULES

/** As the configuration has it when it says nothing. */
const EXPLORED = 0.01

/** `decide`, fed by the health board and the traffic cap, as in the gateway. */
function decided(endpointChoice: EndpointChoice, { world, policy, now }: Surroundings): Rule {
  const epochMs = () => 1_000_000 + Math.round(now() * 1000)
  const health = createHealthBoard({ now: epochMs })
  const cap = createTrafficCap({ now: epochMs })
  const prior = SAMPLE_PRIOR
  const tables = Array.from({ length: 24 }, (_, hour) => {
    const catalog = catalogOf(endpointsAt(world, hour))
    return compileCandidates({ catalog, health: health.health, fullUntil: cap.fullUntil }, prior)
  })
  const numbers = new Map(world.sellers.map(({ id }, s) => [id, s]))
  const context = {
    policies: {},
    random: seededRandom('rule', world.seed),
    exploredEndpoints: EXPLORED,
  }
  return {
    order(call, at) {
      const wishes = wishFor([call.model], { policy: { ...policy, endpointChoice } })
      const prompt = promptOf({ tokens: call.promptTokens })
      const { ranked } = decide(prompt, wishes, tables[hourOf(at)]!, { ...context, now: epochMs() })
      return ranked.map(({ endpoint }) => numbers.get(endpoint.id)!)
    },
    sent: (s) => cap.sent(world.sellers[s]!.id),
    ended(s, call, { kind, ms, firstByteMs, retryAfterSeconds }) {
      const { id } = world.sellers[s]!
      if (kind === 'answered') {
        const tokensPerSecond = (call.completionTokens * 1000) / (ms - firstByteMs)
        health.succeeded(id, { firstByteMs, tokensPerSecond })
        return
      }
      const reply = {
        ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
        ...(kind === 'limited' && { status: 429 }),
        afterMs: ms,
      }
      if (kind === 'limited') cap.limited(id, reply)
      health.failed(id, reply)
    },
  }
}

/** One after the other, whatever they cost and however they are. */
function rotation({ world }: Surroundings): Rule {
  const turns = new Map<string, number>()
  return {
    order({ model }) {
      const own = sellersOf(world, model)
      const turn = turns.get(model) ?? 0
      turns.set(model, turn + 1)
      return own.map((_, i) => own[(turn + i) % own.length]!)
    },
    sent() {},
    ended() {},
  }
}

/** Knows how every host is at the moment, how long the answer will be and who has room, but not the luck of the call. */
function oracle({ world, policy, limiter }: Surroundings): Rule {
  const perMs = policy.weights.latencySeconds / 1000
  return {
    order(call, at) {
      const index = (s: number) => {
        const seller = world.sellers[s]!
        const { error, silence, break: broken, slowness } = conditionAt(world, seller.host, at)
        const success = (1 - error) * (1 - silence) * (1 - broken)
        const firstByteMs = seller.firstByteMs * slowness
        const ms = firstByteMs + ((call.completionTokens * 1000) / seller.tokensPerSecond) * slowness
        const answered = costUsd(seller, call, at, 1) + perMs * ms
        // A break-off is nobody's answer: it costs half, and the whole call once more.
        const lost =
          silence * perMs * TIME_OUT_MS + error * perMs * (firstByteMs / 2) + broken * 1.5 * answered
        return answered + lost / Math.max(1e-9, success)
      }
      const room = (s: number) => (limiter.hasRoom(s, at) ? 0 : 1)
      const indexed = sellersOf(world, call.model).map((s) => ({ s, room: room(s), index: index(s) }))
      return indexed.sort((a, b) => a.room - b.room || a.index - b.index).map(({ s }) => s)
    },
    sent() {},
    ended() {},
  }
}

function sellersOf({ sellers }: World, model: string): readonly number[] {
  return sellers.flatMap((seller, s) => (seller.model === model ? [s] : []))
}
