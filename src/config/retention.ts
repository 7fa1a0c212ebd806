import type { Retention } from '../record/ledger/retention.ts'
import { ageMs } from './age.ts'
import type { Config } from './schema.ts'

/** `record.retention`, in ms. */
export function retentionOf({ bodies, calls }: Config['record']['retention']): Retention {
  return {
    ...(bodies !== undefined && { bodiesMs: ageMs(bodies) }),
    ...(calls !== undefined && { callsMs: ageMs(calls) }),
  }
}
