import type { Retention } from '../record/ledger/retention.ts'
import type { Config } from './schema.ts'

const HOUR_MS = 3_600_000
const UNITS: Readonly<Record<string, number>> = { h: HOUR_MS, d: 24 * HOUR_MS }

/** `record.retention`, in ms. */
export function retentionOf({ bodies, calls }: Config['record']['retention']): Retention {
  return {
    ...(bodies !== undefined && { bodiesMs: milliseconds(bodies) }),
    ...(calls !== undefined && { callsMs: milliseconds(calls) }),
  }
}

/** `30d`, `12h`: the schema lets nothing else through. */
function milliseconds(age: string): number {
  return Number(age.slice(0, -1)) * UNITS[age.at(-1)!]!
}
