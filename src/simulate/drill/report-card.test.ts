import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EndedCall } from '../callers/call.ts'
import type { CallRecord } from '../callers/records.ts'
import type { Phase } from './drills.ts'
import { reportCard } from './report-card.ts'
import type { PlayedPhase } from './run-drill.ts'

const BEFORE: Phase = { name: 'before', seconds: 10 }
const DEAD: Phase = { name: 'dead', seconds: 10, fault: { fault: 'status:503' }, isDead: true }

function call(id: string, startedAt: number, changes: Partial<EndedCall> = {}): EndedCall {
  return {
    ...{ tag: 't', prompt: '', skin: 'messages', model: 'meritorder/drill', stream: true },
    ...{ ending: 'whole', status: 200, generation: id, provider: 'drill-east', hasContent: true },
    ...{ unreadable: 0, why: '', startedAt, firstContentMs: 10, totalMs: 20 },
    ...changes,
  }
}

function record(id: string, tried: readonly string[], changes: Partial<CallRecord> = {}): CallRecord {
  const attempts = tried.map((provider) => ({ provider }))
  const facts = { id, outcome: 'complete', provider_name: 'drill-east', cost_usd: '0.01', tags: {} }
  return { ...facts, attempts, ...changes }
}

/** A phase before, and one of 40 calls a tenth of a second apart in which the first eight try the dead host. */
function played(changes: (call: EndedCall, at: number) => EndedCall = (one) => one) {
  const before = Array.from({ length: 40 }, (_, at) => call(`b${at}`, at * 100))
  const during = Array.from({ length: 40 }, (_, at) =>
    changes(call(`d${at}`, 10_000 + at * 100, { firstContentMs: at < 8 ? 50 : 12 }), at),
  )
  const phases: PlayedPhase[] = [
    { phase: BEFORE, host: undefined, startedAt: 0, calls: before },
    { phase: DEAD, host: 'drill-north', startedAt: 10_000, calls: during },
  ]
  const records = [...before, ...during].map(({ generation = '' }) => {
    const isEarly = /^d[0-7]$/.test(generation)
    return record(generation, isEarly ? ['drill-north', 'drill-east'] : ['drill-east'])
  })
  return { phases, records }
}

const failed = (card: ReturnType<typeof reportCard>) =>
  card.checks.flatMap(({ name, ok }) => (ok === false ? [name] : []))

test('a report card says what was injected, what callers waited for, and when they were kept away', () => {
  const { phases, records } = played()
  const card = reportCard(phases, records)
  assert.equal(card.passed, true)
  assert.deepEqual(card.phases[1], {
    name: 'dead',
    injected: 'status:503, 100 %',
    host: 'drill-north',
    calls: 40,
    answered: 1,
    cutAndTold: 0,
    untold: 0,
    latencyMs: { p50: 12, p99: 50 },
    addedMs: { p50: 2, p99: 40 },
    triedHost: 8,
    keptAwayAfterMs: 800,
    recordsWrong: 0,
  })
})

test('a breaker that never keeps callers away fails the drill', () => {
  const { phases, records } = played()
  const always = records.map((one) => ({ ...one, attempts: [{ provider: 'drill-north' }, ...one.attempts] }))
  assert.deepEqual(failed(reportCard(phases, always)), ['kept away'])
})

test('streams cut after content and told are no failures; refused calls, false ends and lost records are', () => {
  const late = (at: number) => at >= 20 && at < 22
  const cut = played((one, at) => (late(at) ? { ...one, ending: 'cut' } : one))
  const incomplete = cut.records.map((one) =>
    /^d2[01]$/.test(one.id) ? { ...one, outcome: 'incomplete' } : one,
  )
  const card = reportCard(cut.phases, incomplete)
  assert.deepEqual([failed(card), card.phases[1]?.cutAndTold], [[], 2])
  assert.deepEqual(failed(reportCard(cut.phases, cut.records)), ['records'])

  const refused = played((one, at) => (late(at) ? { ...one, ending: 'refused', status: 502 } : one))
  assert.deepEqual(failed(reportCard(refused.phases, refused.records)), ['answered', 'records'])
  const untold = played((one, at) => (at === 20 ? { ...one, ending: 'false-end' } : one))
  assert.ok(failed(reportCard(untold.phases, untold.records)).includes('told'))
  const { phases, records } = played()
  assert.deepEqual(failed(reportCard(phases, records.slice(1))), ['records'])
  assert.deepEqual(failed(reportCard(phases, [...records, records[0]!])), ['records'])
})

test('where nothing is recorded, what only records tell is not judged', () => {
  const { checks, passed } = reportCard(played().phases, [])
  assert.equal(passed, true)
  assert.deepEqual(
    checks.map(({ name, ok }) => [name, ok]),
    [
      ['answered', true],
      ['told', true],
      ['kept away', null],
      ['records', null],
    ],
  )
})
