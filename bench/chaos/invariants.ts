import type { EndedCall, Ending } from '../../src/simulate/callers/call.ts'
import { isAsRecorded } from '../../src/simulate/callers/recorded-ending.ts'
import type { CallRecord } from '../../src/simulate/callers/records.ts'
import { type Evidence, isCutByKill, type MemorySample } from './evidence.ts'
import { hasHealthyHost, isBad } from './weather.ts'

/** What must hold, whether it did, and by which figures. */
export interface Verdict {
  readonly name: string
  /** Null where it could not be judged. */
  readonly ok: boolean | null
  readonly says: string
  /** The first cases against it. */
  readonly against: readonly string[]
}

/** Checks what a run has shown against what is promised: one verdict for each promise. */
export function judge(evidence: Evidence): readonly Verdict[] {
  const sorted = sortOut(evidence)
  return [
    noHungCall(evidence),
    noFalseEnd(evidence),
    noSilentEnd(sorted),
    recordsMatch(evidence, sorted),
    noChargeWithoutAnswer(evidence, sorted),
    memoryIsFlat(evidence.memory),
    callersSucceed(evidence, sorted),
  ]
}

interface Sorted {
  /** Calls that a kill of the gateway cut, or that found none running. */
  readonly killed: readonly EndedCall[]
  readonly others: readonly EndedCall[]
}

function sortOut({ calls, kills }: Evidence): Sorted {
  return {
    killed: calls.filter((call) => isCutByKill(call, kills)),
    others: calls.filter((call) => !isCutByKill(call, kills)),
  }
}

function noHungCall({ calls }: Evidence): Verdict {
  const slowest = calls.reduce((most, { totalMs }) => Math.max(most, totalMs), 0)
  const hung = withEnding(calls, 'hung')
  return verdict('no hung call', hung.map(told), `${calls.length} calls, the slowest ${seconds(slowest)}`)
}

function noFalseEnd({ calls }: Evidence): Verdict {
  const cut = withEnding(calls, 'cut').length
  const wrong = withEnding(calls, 'false-end')
  return verdict(
    'no clean end on a cut stream',
    wrong.map(told),
    `${cut} streams cut after content, all said so`,
  )
}

function noSilentEnd({ others, killed }: Sorted): Verdict {
  const broken = withEnding(others, 'broken')
  const says = `beside ${killed.length} calls that a kill cut or that found no gateway`
  return verdict('no connection broken without a word', broken.map(told), says)
}

function recordsMatch({ records, calls }: Evidence, { others, killed }: Sorted): Verdict {
  const byTag = Map.groupBy(records, ({ tags }) => tags.app ?? '')
  const against: string[] = []
  for (const call of others) {
    const own = byTag.get(call.tag) ?? []
    // A caller may leave before his call has been read.
    if (own.length === 0 && call.ending !== 'left') against.push(`lost: ${told(call)}`)
    for (const record of own)
      if (!isAsRecorded(call, record)) against.push(`recorded as ${JSON.stringify(record)}: ${told(call)}`)
  }
  for (const [tag, own] of byTag) if (own.length > 1) against.push(`doubled: ${own.length} records of ${tag}`)
  const known = new Set(calls.map(({ tag }) => tag))
  for (const tag of byTag.keys()) if (!known.has(tag)) against.push(`of no call: ${tag}`)
  const left = killed.filter(({ tag }) => byTag.has(tag)).length
  const whole = withEnding(others, 'whole').length
  const says = `${records.length} records, ${whole} whole answers; of ${killed.length} calls met by a kill ${left} are on record`
  return verdict('no lost or doubled record', against, says)
}

/**
 * No record with a cost of a call whose caller got an error and no content. A call that a kill cut may have one: its record
 * was safe, and the last bytes had not gone yet; those are counted.
 */
function noChargeWithoutAnswer({ records }: Evidence, { others, killed }: Sorted): Verdict {
  const byTag = new Map(records.map((record) => [record.tags.app ?? '', record]))
  const charged = ({ tag }: EndedCall) => isCharged(byTag.get(tag))
  const unanswered = others.filter(
    ({ ending, hasContent }) => !hasContent && ending !== 'whole' && ending !== 'left',
  )
  const unlucky = killed.filter(charged).length
  const says = `${unanswered.length} calls without an answer; ${unlucky} that a kill cut are charged as far as they had come`
  return verdict('no charge without an answer', unanswered.filter(charged).map(told), says)
}

function isCharged(record: CallRecord | undefined): boolean {
  return Number(record?.cost_usd ?? 0) > 0
}

/** Growth that is called flat, MB in 1,000 calls. */
const FLAT = 2
/** A process has its caches full after so many calls, and has to answer so many more to be judged. */
const WARM_UP_CALLS = 5_000
const LEAST_CALLS = 2_000

/** How the last process' memory grows with its calls after it has warmed up, by Theil (1950) and Sen (1968). */
function memoryIsFlat(memory: readonly MemorySample[]): Verdict {
  const name = 'memory flat'
  const last = memory.filter((sample) => sample.process === memory.at(-1)?.process)
  const warm = last.filter(({ calls }) => calls >= WARM_UP_CALLS)
  const answered = last.at(-1)?.calls ?? 0
  const most = Math.max(...last.map(({ megabytes }) => megabytes)).toFixed(0)
  if (answered < WARM_UP_CALLS + LEAST_CALLS) {
    const says = `not judged: the last gateway answered ${answered} calls (${WARM_UP_CALLS + LEAST_CALLS} wanted: more --minutes), with ${most} MB at most`
    return { name, ok: null, says, against: [] }
  }
  const growth = theilSen(warm) * 1000
  const says = `${growth.toFixed(2)} MB in 1,000 calls, from the ${WARM_UP_CALLS}th to the ${answered}th of the last gateway (at most ${FLAT}); ${most} MB at most`
  return { name, ok: growth <= FLAT, says, against: [] }
}

/** The median of the slopes between all pairs, MB a call; robust against the saw-tooth of a collected heap. */
export function theilSen(samples: readonly Pick<MemorySample, 'calls' | 'megabytes'>[]): number {
  const slopes = samples.flatMap((a, at) =>
    samples
      .slice(at + 1)
      .filter((b) => b.calls > a.calls)
      .map((b) => (b.megabytes - a.megabytes) / (b.calls - a.calls)),
  )
  slopes.sort((a, b) => a - b)
  return slopes[slopes.length >> 1] ?? Number.NaN
}

const WANTED = 0.999

/**
 * The share of whole answers among calls for whose model one host had no fault while the call lasted. Apart stand calls
 * that a kill cut, that their caller left, and streams cut after their first content by a host that had a fault: those
 * nobody can take back.
 */
function callersSucceed({ weather, weatherFrom, faultsMet }: Evidence, { others }: Sorted): Verdict {
  const at = (epoch: number) => (epoch - weatherFrom) / 1000
  const isLucky = (call: EndedCall) =>
    hasHealthyHost(weather, call.model, at(call.startedAt), at(call.startedAt + call.totalMs))
  const isTakenBackByNone = ({ ending, provider = '', startedAt, totalMs }: EndedCall) =>
    ending === 'cut' && isBad(weather, provider, at(startedAt), at(startedAt + totalMs))
  const judged = others.filter((call) => call.ending !== 'left' && isLucky(call))
  const cut = judged.filter(isTakenBackByNone)
  const counted = judged.filter((call) => !isTakenBackByNone(call))
  const failures = counted.filter(({ ending }) => ending !== 'whole')
  const share = 1 - failures.length / counted.length
  const unlucky = others.filter((call) => call.ending !== 'left' && !isLucky(call)).length
  const unreadable = judged.filter((call) => call.unreadable > 0).length
  const says = `${(share * 100).toFixed(3)} % of ${counted.length} (${(WANTED * 100).toFixed(1)} wanted) beside ${faultsMet} faults at the hosts; apart: ${cut.length} cut after content, ${unlucky} without a healthy host all along; ${unreadable} whole ones were sent an event that is no JSON`
  return { name: 'callers succeed', ok: share >= WANTED, says, against: failures.map(told) }
}

function withEnding(calls: readonly EndedCall[], ending: Ending): readonly EndedCall[] {
  return calls.filter((call) => call.ending === ending)
}

function verdict(name: string, against: readonly string[], says: string): Verdict {
  return { name, ok: against.length === 0, says, against }
}

function told({
  tag,
  skin,
  model,
  stream,
  ending,
  status,
  provider,
  generation,
  why,
  totalMs,
}: EndedCall): string {
  const what = `${ending} ${status} after ${seconds(totalMs)}`
  return `${tag} ${skin} ${stream ? 'stream' : 'whole'} ${model}@${provider ?? '-'} ${generation ?? ''}: ${what}: ${why}`
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}
