import type { FaultOrder } from '../fault-order.ts'

/** A stretch of a drill. */
export interface Phase {
  readonly name: string
  readonly seconds: number
  /** What the host that is in use has in this phase; absent = nothing. */
  readonly fault?: Pick<FaultOrder, 'fault' | 'share' | 'ramp'>
  /** The host is of no use at all in this phase: callers are to be kept away from it. */
  readonly isDead?: boolean
}

interface Drill {
  /** What is practised, for people. */
  readonly what: string
  readonly phases: readonly Phase[]
}

const BEFORE: Phase = { name: 'before', seconds: 5 }
const AFTER: Phase = { name: 'well again', seconds: 8 }

function bad(name: string, fault: Phase['fault'] & {}): Phase {
  return { name, seconds: 8, fault, isDead: false }
}

function dead(name: string, fault: string): Phase {
  return { name, seconds: 10, fault: { fault }, isDead: true }
}

const OUTAGE: readonly Phase[] = [
  dead('refuses connections', 'refuse'),
  AFTER,
  dead('answers 503', 'status:503'),
  AFTER,
]

const BROWN_OUT: readonly Phase[] = [
  bad('a third fail', { fault: 'status:500', share: 0.33 }),
  bad('more and more fail', { fault: 'error-in-json', share: 0, ramp: 1 }),
  AFTER,
]

const RATE_LIMITS: readonly Phase[] = [
  bad('half are limited for 1 s', { fault: 'status:429:1', share: 0.5 }),
  dead('all are limited for 60 s', 'status:429:60'),
  AFTER,
]

const CUT_STREAMS: readonly Phase[] = [
  bad('cut before the first word', { fault: 'cut:0', share: 0.5 }),
  bad('cut in the middle', { fault: 'cut:4', share: 0.2 }),
  bad('ended in the middle', { fault: 'early-end:4', share: 0.2 }),
  bad('an error in the middle', { fault: 'error-event:4', share: 0.2 }),
  AFTER,
]

const SLOW_FIRST_BYTE: readonly Phase[] = [
  bad('a fifth start 2 s late', { fault: 'slow-first-byte:2000', share: 0.2 }),
  bad('all start 2 s late', { fault: 'slow-first-byte:2000' }),
  AFTER,
]

/** The drills by name. */
export const DRILLS: Readonly<Record<string, Drill>> = {
  outage: { what: 'a host goes dark', phases: [BEFORE, ...OUTAGE] },
  'brown-out': { what: 'a host fails now and then, then ever more often', phases: [BEFORE, ...BROWN_OUT] },
  'rate-limits': { what: 'a host answers 429 with Retry-After', phases: [BEFORE, ...RATE_LIMITS] },
  'cut-streams': { what: 'a host breaks off its answers', phases: [BEFORE, ...CUT_STREAMS] },
  'slow-first-byte': { what: 'a host takes its time', phases: [BEFORE, ...SLOW_FIRST_BYTE] },
  everything: {
    what: 'all of these, one after the other',
    phases: [BEFORE, ...OUTAGE, ...BROWN_OUT, ...RATE_LIMITS, ...CUT_STREAMS, ...SLOW_FIRST_BYTE],
  },
}
