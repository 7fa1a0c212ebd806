import { MeritorderError } from '../errors.ts'
import type { Skin } from '../receive/dialects/dialect.ts'
import type { AnsweredEnd, AttemptEnd, AttemptTiming } from './attempt-end.ts'
import type { Course } from './course.ts'
import type { Exchange, ReplyHead } from './exchange.ts'
import { type Heard, listenTo } from './heard.ts'
import { readRefusal } from './refusal.ts'
import type { Lane, ReplyWriter } from './reply-writer.ts'
import { stopped } from './stop.ts'
import type { TryTimeouts } from './timeouts.ts'
import { createWatchdog, type Phase, type Watchdog } from './watchdog.ts'

/** A course that has not come to its end yet. */
export interface OpenCourse extends Course {
  /** The reply has begun. */
  answeredWith(head: ReplyHead): void
  isSettled(): boolean
  /** The request is on its way, and this tears it down. */
  sentWith(abort: () => void): void
}

/**
 * Opens the course of one try: its clock runs, and it may answer the caller. Whatever ends it first (the reply, its failure, the
 * clock, the caller, a faster try) is told to `resolve`; all later is ignored. `begin` writes the head of a stream.
 */
export function openCourse<S extends Skin>(
  exchange: Exchange<S>,
  writer: ReplyWriter,
  timeouts: TryTimeouts,
  begin: () => void,
  resolve: (end: AttemptEnd) => void,
): OpenCourse {
  const { slug: provider } = exchange.candidate.provider
  const state: State = {
    startedAt: performance.now(),
    head: undefined,
    firstByteMs: undefined,
    begun: false,
    settled: false,
    abort: () => {},
  }
  const heard = listenTo(exchange)
  const settle = (end: AttemptEnd, tearDown: boolean) => {
    if (state.settled) return
    state.settled = true
    watchdog.stop()
    lane.leave()
    if (tearDown) state.abort()
    resolve(end)
  }
  const fail: Course['fail'] = (error, facts = {}) => {
    if (state.begun) settle({ ...answered(state, heard, 'incomplete', NOTHING, error), ...facts }, true)
    else settle({ kind: 'failed', error, failover: true, ...facts, ...timing(state) }, true)
  }
  const watchdog = createWatchdog(timeouts, (phase, ms, pausedMs) => {
    const words = `${provider} timed out: ${lateWords(phase, ms)}.`
    // A caller who reads slowly takes of the host's time.
    const hurried = phase !== 'idle' && (timeouts.hurried[phase] || pausedMs > ms / 2)
    fail(new MeritorderError('timeout', words, { provider }), hurried ? { hurried } : {})
  })
  const lane = writer.enter({
    callerLeft: () => settle(answered(state, heard, 'client_closed'), true),
    outpaced() {
      const words = `${provider} was given up: another endpoint was faster.`
      fail(new MeritorderError('timeout', words, { provider }), { outpaced: true })
    },
    // The host is not to blame that we are in a hurry.
    stopped: () => fail(stopped(), { failover: false, hurried: true }),
  })
  return {
    exchange,
    heard,
    fail,
    answeredWith(head) {
      state.head = head
    },
    isSettled: () => state.settled,
    hasBegun: () => state.begun,
    firstByte() {
      state.firstByteMs ??= performance.now() - state.startedAt
    },
    progress: watchdog.progress,
    write: (bytes) => write(bytes, state, lane, watchdog, timeouts, begin),
    complete(closing) {
      if (lane.take()) settle(answered(state, heard, 'complete', closing), false)
    },
    refuse: (head, page) =>
      settle(
        { kind: 'failed', ...readRefusal(head, page, provider, exchange.apiKey), ...timing(state) },
        true,
      ),
    unavailable: (what) =>
      fail(new MeritorderError('provider_unavailable', `${provider} ${what}.`, { provider })),
    abort: () => state.abort(),
    sentWith(abort) {
      state.abort = abort
      if (state.settled) abort()
    },
  }
}

interface State {
  readonly startedAt: number
  head: ReplyHead | undefined
  firstByteMs: number | undefined
  begun: boolean
  settled: boolean
  abort: () => void
}

function write(
  bytes: Buffer,
  state: State,
  lane: Lane,
  watchdog: Watchdog,
  { idleMs }: TryTimeouts,
  begin: () => void,
): undefined | Promise<void> {
  if (!state.begun) {
    if (!lane.take()) return undefined
    begin()
    state.begun = true
  }
  const slow = lane.write(bytes, idleMs)
  if (slow === undefined) return undefined
  watchdog.pause()
  return slow.then(() => {
    if (!state.settled) watchdog.progress()
  })
}

const NOTHING: Buffer = Buffer.alloc(0)

function answered(
  state: State,
  heard: Heard,
  outcome: AnsweredEnd['outcome'],
  closing = NOTHING,
  error?: MeritorderError,
): AnsweredEnd {
  return {
    kind: 'answered',
    outcome,
    said: heard.said,
    usage: heard.usage(),
    usageTold: heard.usageTold(),
    closing,
    losses: [...(state.head?.losses ?? []), ...heard.losses()],
    ...(error === undefined ? {} : { error }),
    ...timing(state),
  }
}

function timing({ head, firstByteMs, startedAt }: State): AttemptTiming {
  return {
    status: head?.status ?? 0,
    totalMs: performance.now() - startedAt,
    ...(firstByteMs === undefined ? {} : { firstByteMs }),
  }
}

function lateWords(phase: Phase, ms: number): string {
  const given = Math.round(ms)
  if (phase === 'idle') return `silent for ${given} ms`
  return phase === 'answer' ? `no answer within ${given} ms` : `not finished within ${given} ms`
}
