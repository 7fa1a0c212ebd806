import { MeritorderError } from '../errors.ts'
import { type Fault, parseFault } from './faults.ts'
import { type Random, seededRandom } from './seeded-random.ts'

/** A fault ordered for requests to come. */
export interface FaultOrder {
  /** Only at this provider; absent = at all. */
  readonly provider?: string
  /** Only for this upstream model; absent = for all. */
  readonly model?: string
  /** `name`, `name:amount` or `status:CODE:RETRY_AFTER_SECONDS`. */
  readonly fault: string
  /** Share of the matching requests that it hits, 0..1; 1 when absent. */
  readonly share?: number
  /** Requests that it hits before it is over; absent = until cleared. */
  readonly count?: number
}

export interface StandingOrder extends FaultOrder {
  readonly share: number
  /** Requests hit so far. */
  readonly hits: number
}

export interface FaultBoard {
  /** Throws MeritorderError `invalid_request` for an order that cannot be carried out. */
  order(order: FaultOrder): void
  clear(): void
  standing(): readonly StandingOrder[]
  /** The fault that hits this request, if any: orders are asked in the order given. */
  draw(provider: string, model: string): Fault | undefined
  /** Whether a connection is to be refused: a `refuse` for every provider and model acts before a request is read. */
  refusesConnection(): boolean
}

interface OpenOrder {
  readonly order: FaultOrder
  readonly fault: Fault
  readonly share: number
  readonly random: Random
  hits: number
}

/** Keeps the orders of one simulator; which requests a share hits follows from the seed. */
export function createFaultBoard(seed: number): FaultBoard {
  let open: OpenOrder[] = []
  let ordered = 0

  const hit = (candidates: readonly OpenOrder[]): Fault | undefined => {
    const struck = candidates.find((one) => one.random() < one.share)
    if (struck === undefined) return undefined
    struck.hits += 1
    if (struck.hits === struck.order.count) open = open.filter((one) => one !== struck)
    return struck.fault
  }

  return {
    order(order) {
      const fault = parseFault(order.fault)
      const share = order.share ?? 1
      if (!(share >= 0 && share <= 1)) throw wrong('share', 'share is a number from 0 to 1')
      if (order.count !== undefined && !(Number.isInteger(order.count) && order.count > 0)) {
        throw wrong('count', 'count is a whole number above 0')
      }
      open.push({ order, fault, share, random: seededRandom(seed, 'fault', ordered), hits: 0 })
      ordered += 1
    },
    clear() {
      open = []
    },
    standing: () => open.map(({ order, share, hits }) => ({ ...order, share, hits })),
    draw: (provider, model) =>
      hit(
        open.filter(
          (one) =>
            !isForConnections(one) &&
            (one.order.provider ?? provider) === provider &&
            (one.order.model ?? model) === model,
        ),
      ),
    refusesConnection: () => hit(open.filter(isForConnections)) !== undefined,
  }
}

function isForConnections({ fault, order }: OpenOrder): boolean {
  return fault.name === 'refuse' && order.provider === undefined && order.model === undefined
}

function wrong(limit: string, message: string): MeritorderError {
  return new MeritorderError('invalid_request', message, { limit })
}
