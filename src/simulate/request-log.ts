import type { IncomingHttpHeaders } from 'node:http'
import type { Ending } from './play-reply.ts'

/** A chat request as it arrived at a simulated provider. */
export interface SeenRequest {
  readonly provider: string
  /** Path with query. */
  readonly path: string
  readonly headers: IncomingHttpHeaders
  /** The body as it arrived. */
  readonly bytes: Buffer
  /** The body as JSON; undefined where it is none. */
  readonly body: unknown
  /** The upstream model that was asked, without a fault in its name; empty where the body names none. */
  readonly model: string
  /** Name of the fault that hit it. */
  readonly fault?: string
  /** How it ended, once it has. */
  readonly ended: Promise<Ending>
}

/** Requests by how they ended; those still open are counted in `requests` only. */
export interface Counters {
  readonly requests: number
  /** Requests that a fault hit. */
  readonly faulty: number
  readonly answered: number
  /** Left by the client before the last byte. */
  readonly aborted: number
  /** Cut by a fault. */
  readonly cut: number
}

export interface RequestLog {
  /** The latest requests, oldest first: at most 1,000, with at most 16 MB of bodies. */
  readonly seen: readonly SeenRequest[]
  add(request: SeenRequest): void
  /** Resolves with the next request that arrives. */
  next(): Promise<SeenRequest>
  counters(): Counters & { readonly providers: Readonly<Record<string, Counters>> }
}

const MOST_REQUESTS = 1000
const MOST_BYTES = 16_000_000
const KINDS = ['requests', 'faulty', 'answered', 'aborted', 'cut'] as const

/** Remembers requests within bounds and counts all of them. */
export function createRequestLog(): RequestLog {
  const seen: SeenRequest[] = []
  const counts = new Map<string, Record<(typeof KINDS)[number], number>>()
  let bytes = 0
  let waiting: ((request: SeenRequest) => void)[] = []

  const count = (provider: string, kind: (typeof KINDS)[number]) => {
    const counters = counts.get(provider) ?? { requests: 0, faulty: 0, answered: 0, aborted: 0, cut: 0 }
    counters[kind] += 1
    counts.set(provider, counters)
  }

  return {
    seen,
    add(request) {
      seen.push(request)
      bytes += request.bytes.length
      while (seen.length > MOST_REQUESTS || (bytes > MOST_BYTES && seen.length > 1)) {
        bytes -= seen.shift()?.bytes.length ?? 0
      }
      count(request.provider, 'requests')
      if (request.fault !== undefined) count(request.provider, 'faulty')
      request.ended.then(
        (ending) => count(request.provider, ending),
        () => {},
      )
      const told = waiting
      waiting = []
      for (const tell of told) tell(request)
    },
    next: () => new Promise((resolve) => waiting.push(resolve)),
    counters() {
      const sum = (kind: (typeof KINDS)[number]) =>
        counts.values().reduce((total, counters) => total + counters[kind], 0)
      return {
        requests: sum('requests'),
        faulty: sum('faulty'),
        answered: sum('answered'),
        aborted: sum('aborted'),
        cut: sum('cut'),
        providers: Object.fromEntries(
          counts.entries().map(([provider, counters]) => [provider, { ...counters }]),
        ),
      }
    },
  }
}
