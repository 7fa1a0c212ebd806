import type { EndedCall } from '../../src/simulate/callers/call.ts'
import type { CallRecord } from '../../src/simulate/callers/records.ts'
import type { FaultOrder } from '../../src/simulate/fault-order.ts'

/** A gateway that was killed, and when the next one accepted calls. Epoch ms. */
export interface Kill {
  readonly at: number
  readonly upAgainAt: number
}

/** Memory of a gateway process, after so many calls that it answered. */
export interface MemorySample {
  /** Which of the run's gateway processes, from 0. */
  readonly process: number
  readonly calls: number
  readonly megabytes: number
}

/** All that is known of a run. */
export interface Evidence {
  readonly calls: readonly EndedCall[]
  readonly records: readonly CallRecord[]
  readonly kills: readonly Kill[]
  readonly memory: readonly MemorySample[]
  readonly weather: readonly FaultOrder[]
  /** Epoch ms at which the weather was ordered. */
  readonly weatherFrom: number
  /** Requests that the weather hit at the hosts. */
  readonly faultsMet: number
}

/** Whether a kill is why a connection failed: it came before the call's end, and the call began before there was a gateway again. */
export function isCutByKill({ ending, startedAt, totalMs }: EndedCall, kills: readonly Kill[]): boolean {
  return (
    ending === 'broken' &&
    kills.some(({ at, upAgainAt }) => startedAt + totalMs >= at && startedAt <= upAgainAt)
  )
}
