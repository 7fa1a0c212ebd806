import type { EndedCall } from '../callers/call.ts'
import { isAsRecorded } from '../callers/recorded-ending.ts'
import type { CallRecord } from '../callers/records.ts'
import type { PlayedPhase } from './run-drill.ts'

/** What a phase of a drill did to callers. */
export interface PhaseReport {
  readonly name: string
  /** The fault and the share of the host's requests that it hit; null where there was none. */
  readonly injected: string | null
  readonly host: string | null
  readonly calls: number
  /** Share of whole answers among calls that were not cut after their first content. */
  readonly answered: number
  /** Streams cut after their first content, that ended with the dialect's error event. */
  readonly cutAndTold: number
  /** Calls that ended as if all were well, or without a word, or not at all. */
  readonly untold: number
  /** ms to the first content of a stream or to a whole answer, of whole answers. */
  readonly latencyMs: Percentiles
  /** The same beyond the first phase's; null in that one. */
  readonly addedMs: Percentiles | null
  /** Calls that tried the host with the fault; null without records or fault. */
  readonly triedHost: number | null
  /** ms from the beginning of the fault until 20 calls in a row did not try the host; null where that never came. */
  readonly keptAwayAfterMs: number | null
  /** Calls whose record is missing, doubled or tells something else; null where nothing is recorded. */
  readonly recordsWrong: number | null
}

export interface Percentiles {
  readonly p50: number
  readonly p99: number
}

/** One thing that a drill asks for. */
export interface DrillCheck {
  readonly name: 'answered' | 'told' | 'kept away' | 'records'
  /** Null where it could not be looked at. */
  readonly ok: boolean | null
  readonly detail: string
}

/** What came of a drill. */
export interface ReportCard {
  readonly passed: boolean
  readonly phases: readonly PhaseReport[]
  readonly checks: readonly DrillCheck[]
}

/** As many whole answers are wanted of the calls that nobody cut after their first content. */
const WANTED = 0.99
/** So many calls in a row that do not try a host are kept away from it. */
const IN_A_ROW = 20

/** Compares what callers saw with what was injected and what the gateway recorded. Without any record, those are not judged. */
export function reportCard(played: readonly PlayedPhase[], records: readonly CallRecord[]): ReportCard {
  const byId = Map.groupBy(records, ({ id }) => id)
  const first = played[0] && latencyOf(played[0].calls)
  const phases = played.map((one, at) => reportOn(one, byId, at === 0 ? undefined : first))
  const checks = [answered(phases), told(phases), keptAway(played, phases), recorded(phases)]
  return { passed: checks.every(({ ok }) => ok !== false), phases, checks }
}

type Records = ReadonlyMap<string, readonly CallRecord[]>

function reportOn(
  { phase, host, startedAt, calls }: PlayedPhase,
  records: Records,
  first: Percentiles | undefined,
): PhaseReport {
  const uncut = calls.filter(({ ending }) => ending !== 'cut')
  const whole = calls.filter(({ ending }) => ending === 'whole')
  const latencyMs = latencyOf(whole)
  const isRecorded = records.size > 0
  const isTried = isRecorded && host !== undefined
  return {
    name: phase.name,
    injected: phase.fault === undefined ? null : injected(phase.fault),
    host: host ?? null,
    calls: calls.length,
    answered: uncut.length === 0 ? 0 : whole.length / uncut.length,
    cutAndTold: calls.length - uncut.length,
    untold: calls.filter(({ ending }) => UNTOLD.has(ending)).length,
    latencyMs,
    addedMs: first === undefined ? null : { p50: latencyMs.p50 - first.p50, p99: latencyMs.p99 - first.p99 },
    triedHost: isTried ? calls.filter((call) => hasTried(call, host, records)).length : null,
    keptAwayAfterMs: isTried ? keptAwayAfter(calls, host, records, startedAt) : null,
    recordsWrong: isRecorded ? calls.filter((call) => !isOnRecord(call, records)).length : null,
  }
}

const UNTOLD: ReadonlySet<string> = new Set(['false-end', 'broken', 'hung'])

function injected({
  fault,
  share = 1,
  ramp = share,
}: {
  fault: string
  share?: number
  ramp?: number
}): string {
  const percent = (part: number) => `${Math.round(part * 100)} %`
  return `${fault}, ${ramp === share ? percent(share) : `${percent(share)} to ${percent(ramp)}`}`
}

function latencyOf(calls: readonly EndedCall[]): Percentiles {
  const sorted = calls.flatMap(({ firstContentMs }) => firstContentMs ?? []).sort((a, b) => a - b)
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
  return { p50: at(0.5), p99: at(0.99) }
}

function hasTried({ generation = '' }: EndedCall, host: string, records: Records): boolean {
  return (
    records.get(generation)?.some(({ attempts }) => attempts.some(({ provider }) => provider === host)) ??
    false
  )
}

function keptAwayAfter(
  calls: readonly EndedCall[],
  host: string,
  records: Records,
  startedAt: number,
): number | null {
  let row = 0
  for (const [at, call] of calls.entries()) {
    row = hasTried(call, host, records) ? 0 : row + 1
    if (row === IN_A_ROW) return Math.max(0, calls[at - IN_A_ROW + 1]!.startedAt - startedAt)
  }
  return null
}

function isOnRecord(call: EndedCall, records: Records): boolean {
  const own = records.get(call.generation ?? '') ?? []
  return own.length === 1 && isAsRecorded(call, own[0]!)
}

function answered(phases: readonly PhaseReport[]): DrillCheck {
  const worst = phases.toSorted((a, b) => a.answered - b.answered)[0]
  const share = worst?.answered ?? 0
  const detail = `${percentOf(share)} whole answers in the worst phase (${worst?.name}); ${percentOf(WANTED)} wanted, without streams cut after their first word`
  return { name: 'answered', ok: share >= WANTED, detail }
}

function told(phases: readonly PhaseReport[]): DrillCheck {
  const untold = sum(phases.map((phase) => phase.untold))
  const cut = sum(phases.map(({ cutAndTold }) => cutAndTold))
  const detail = `${cut} cut streams ended with an error; ${untold} calls ended as if all were well, without a word or never`
  return { name: 'told', ok: untold === 0, detail }
}

function keptAway(played: readonly PlayedPhase[], phases: readonly PhaseReport[]): DrillCheck {
  const dead = phases.filter((_, at) => played[at]!.phase.isDead === true)
  if (dead.length === 0) return { name: 'kept away', ok: null, detail: 'no host was dead' }
  if (dead.some(({ triedHost }) => triedHost === null)) {
    return { name: 'kept away', ok: null, detail: 'unknown without records' }
  }
  const late = dead.filter(({ keptAwayAfterMs }) => keptAwayAfterMs === null)
  const detail =
    late.length === 0
      ? `callers were kept away from every dead host, at the latest after ${(Math.max(...dead.map((one) => one.keptAwayAfterMs ?? 0)) / 1000).toFixed(1)} s`
      : `callers were never kept away from the host that ${late[0]?.name}`
  return { name: 'kept away', ok: late.length === 0, detail }
}

function recorded(phases: readonly PhaseReport[]): DrillCheck {
  if (phases.some(({ recordsWrong }) => recordsWrong === null)) {
    return { name: 'records', ok: null, detail: 'nothing is recorded here (record.storage)' }
  }
  const wrong = sum(phases.map(({ recordsWrong }) => recordsWrong ?? 0))
  const calls = sum(phases.map((phase) => phase.calls))
  const detail = `${calls - wrong} of ${calls} calls are on record once, as their caller saw them`
  return { name: 'records', ok: wrong === 0, detail }
}

function percentOf(share: number): string {
  return `${(share * 100).toFixed(share === 1 ? 0 : 2)} %`
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
