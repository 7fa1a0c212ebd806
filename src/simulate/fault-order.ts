import { z } from 'zod'
import { MeritorderError } from '../errors.ts'
import { parseFault } from './faults.ts'

const seconds = z.number().min(0).max(31_536_000)
const share = z.number().min(0).max(1)

/** The schema of a fault ordered for requests to come: of control calls, and of the entries of a file of faults. */
export const faultOrderSchema = z
  .strictObject({
    /** Only at this provider; absent = at all. */
    provider: z.string().min(1).exactOptional(),
    /** Only for this upstream model; absent = for all. */
    model: z.string().min(1).exactOptional(),
    /** `name`, `name:amount` or `status:CODE:RETRY_AFTER_SECONDS`. */
    fault: z.string(),
    /** Share of the matching requests that it hits, 0..1; 1 when absent. */
    share: share.exactOptional(),
    /** The share at the end of the window: it goes there from `share` in a straight line. */
    ramp: share.exactOptional(),
    /** Requests that it hits before it is over; absent = until cleared. */
    count: z.int().positive().exactOptional(),
    /** The window in which it hits, in seconds after the order; from 0 and without end when absent. */
    from: seconds.exactOptional(),
    until: seconds.exactOptional(),
    /** The window comes again after this many seconds. */
    every: seconds.positive().exactOptional(),
  })
  .check(({ value, issues }) => {
    const wrong = (path: string, message: string) =>
      issues.push({ code: 'custom', path: [path], message, input: value })
    const { from = 0, until, every, ramp } = value
    if (until !== undefined && until <= from) wrong('until', 'must be later than `from`')
    if (every !== undefined && until === undefined) wrong('every', 'needs `until`, the end of the window')
    if (every !== undefined && until !== undefined && every < until) {
      wrong('every', 'must be at least `until`: windows do not overlap')
    }
    if (ramp !== undefined && until === undefined) wrong('ramp', 'needs `until`, where it is reached')
    const fault = whatIsWrong(value.fault)
    if (fault !== undefined) wrong('fault', fault)
  })

/** A fault ordered for requests to come. */
export type FaultOrder = Readonly<z.output<typeof faultOrderSchema>>

/** Checks an order; throws MeritorderError `invalid_request` that says what is wrong and names the faults there are. */
export function readFaultOrder(value: unknown): FaultOrder {
  const order = faultOrderSchema.safeParse(value)
  if (order.success) return order.data
  const form = '{fault, provider?, model?, share?, ramp?, count?, from?, until?, every?}'
  const limit = order.error.issues[0]?.path[0]
  throw new MeritorderError('invalid_request', `${z.prettifyError(order.error)}; an order is ${form}`, {
    ...(typeof limit === 'string' && { limit }),
  })
}

/** Reads what stands behind the `!` of a model's name: `FAULT`, or `FAULT@SHARE`. Throws as `readFaultOrder` does. */
export function readNamedOrder(text: string): FaultOrder {
  const [fault = '', share] = text.split('@', 2)
  return readFaultOrder({
    fault,
    ...(share !== undefined && { share: share === '' ? Number.NaN : Number(share) }),
  })
}

/** Share of the matching requests that an order hits, so many seconds after it was given. */
export function shareAt(
  { share = 1, ramp = share, from = 0, until = Number.POSITIVE_INFINITY, every }: FaultOrder,
  secondsAfter: number,
): number {
  const at = every === undefined ? secondsAfter : secondsAfter % every
  if (at < from || at >= until) return 0
  return ramp === share ? share : share + ((ramp - share) * (at - from)) / (until - from)
}

/** True once an order will hit nothing more. */
export function isOver(
  { until = Number.POSITIVE_INFINITY, every }: FaultOrder,
  secondsAfter: number,
): boolean {
  return every === undefined && secondsAfter >= until
}

function whatIsWrong(fault: string): string | undefined {
  try {
    parseFault(fault)
    return undefined
  } catch (error) {
    if (error instanceof MeritorderError) return error.message
    throw error
  }
}
