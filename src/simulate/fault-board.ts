import { type FaultOrder, isOver, readFaultOrder, readNamedOrder, shareAt } from './fault-order.ts'
import { type Fault, parseFault } from './faults.ts'
import { type Random, seededRandom } from './seeded-random.ts'

export interface StandingOrder extends FaultOrder {
  readonly share: number
  /** Requests hit so far. */
  readonly hits: number
}

export interface FaultBoard {
  /** Orders a fault; its times count from now. Throws MeritorderError `invalid_request` for one that cannot be carried out. */
  order(order: FaultOrder): void
  clear(): void
  /** Orders that may hit something yet. */
  standing(): readonly StandingOrder[]
  /** The fault that hits this request, if any: orders are asked in the order given. */
  draw(provider: string, model: string): Fault | undefined
  /** The same for a request whose model's name orders the fault: `FAULT`, or `FAULT@SHARE`. Throws as `order` does. */
  drawNamed(text: string): Fault | undefined
  /** Whether a connection is to be refused: a `refuse` for every provider and model acts before a request is read. */
  refusesConnection(): boolean
}

interface OpenOrder {
  readonly order: FaultOrder
  readonly fault: Fault
  readonly random: Random
  /** Of the clock, ms. */
  readonly orderedAt: number
  hits: number
}

/**
 * Keeps the orders of one simulator. Which requests a share hits follows from the seed, the orders and the requests'
 * sequence; when an order is in force follows from the clock.
 *
 * @param clock monotonic, ms
 */
export function createFaultBoard(seed: number, clock: () => number): FaultBoard {
  let open: OpenOrder[] = []
  let ordered = 0
  const named = seededRandom(seed, 'named fault')

  const secondsAfter = ({ orderedAt }: OpenOrder) => (clock() - orderedAt) / 1000
  const stillOpen = (): readonly OpenOrder[] => {
    open = open.filter((one) => !isOver(one.order, secondsAfter(one)))
    return open
  }
  const hit = (candidates: readonly OpenOrder[]): Fault | undefined => {
    const struck = candidates.find((one) => one.random() < shareAt(one.order, secondsAfter(one)))
    if (struck === undefined) return undefined
    struck.hits += 1
    if (struck.hits === struck.order.count) open = open.filter((one) => one !== struck)
    return struck.fault
  }

  return {
    order(given) {
      const order = readFaultOrder(given)
      const random = seededRandom(seed, 'fault', ordered)
      open.push({ order, fault: parseFault(order.fault), random, orderedAt: clock(), hits: 0 })
      ordered += 1
    },
    clear() {
      open = []
    },
    standing: () => stillOpen().map(({ order, hits }) => ({ ...order, share: order.share ?? 1, hits })),
    draw: (provider, model) =>
      hit(
        stillOpen().filter(
          (one) =>
            !isForConnections(one) &&
            (one.order.provider ?? provider) === provider &&
            (one.order.model ?? model) === model,
        ),
      ),
    drawNamed(text) {
      const { fault, share = 1 } = readNamedOrder(text)
      return named() < share ? parseFault(fault) : undefined
    },
    refusesConnection: () => hit(stillOpen().filter(isForConnections)) !== undefined,
  }
}

function isForConnections({ fault, order }: OpenOrder): boolean {
  return fault.name === 'refuse' && order.provider === undefined && order.model === undefined
}
