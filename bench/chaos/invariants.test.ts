import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EndedCall } from '../../src/simulate/callers/call.ts'
import type { CallRecord } from '../../src/simulate/callers/records.ts'
import type { Evidence } from './evidence.ts'
import { judge, theilSen } from './invariants.ts'

function call(tag: string, changes: Partial<EndedCall> = {}): EndedCall {
  return {
    ...{
      tag,
      prompt: '',
      skin: 'messages',
      model: 'chaos/north',
      stream: true,
      ending: 'whole',
      status: 200,
    },
    ...{ generation: `gen-${tag}`, provider: 'chaos-a', hasContent: true, unreadable: 0, why: '' },
    ...{ startedAt: 50_000, firstContentMs: 10, totalMs: 1000 },
    ...changes,
  }
}

function record(tag: string, changes: Partial<CallRecord> = {}): CallRecord {
  const facts = {
    id: `gen-${tag}`,
    outcome: 'complete',
    attempts: [],
    status: 200,
    provider_name: 'chaos-a',
    cost_usd: '0.001',
  }
  return { ...facts, tags: { app: tag }, ...changes }
}

const memory = Array.from({ length: 100 }, (_, at) => ({
  process: 2,
  calls: at * 100,
  megabytes: 300 + (at % 5),
}))

/** A run in which all went well, but for what a test changes. */
function run(changes: Partial<Evidence> = {}): Evidence {
  const calls = [call('a'), call('b')]
  const records = [record('a'), record('b')]
  const kills = [{ at: 10_000, upAgainAt: 15_000 }]
  return { calls, records, kills, memory, weather: [], weatherFrom: 0, faultsMet: 0, ...changes }
}

/** The names of what did not hold. */
const broken = (evidence: Evidence) => judge(evidence).flatMap(({ name, ok }) => (ok === false ? [name] : []))

const refusal = { ending: 'refused', status: 502, hasContent: false, provider: undefined } as const

test('a run in which all went well passes', () => {
  assert.deepEqual(broken(run()), [])
})

test('each broken promise is found, by its own name', () => {
  const cases: readonly [string, Partial<Evidence>][] = [
    ['no hung call', { calls: [call('a', { ending: 'hung' }), call('b')] }],
    ['no clean end on a cut stream', { calls: [call('a', { ending: 'false-end' }), call('b')] }],
    ['no connection broken without a word', { calls: [call('a', { ending: 'broken' }), call('b')] }],
    ['no lost or doubled record', { records: [record('a')] }],
    ['no lost or doubled record', { records: [record('a'), record('b'), record('b')] }],
    ['no lost or doubled record', { records: [record('a'), record('b'), record('c')] }],
    ['no lost or doubled record', { records: [record('a'), record('b', { outcome: 'incomplete' })] }],
    ['no lost or doubled record', { records: [record('a'), record('b', { id: 'gen-other' })] }],
    [
      'no charge without an answer',
      { calls: [call('a', refusal), call('b')], records: [record('a', { outcome: 'failed' }), record('b')] },
    ],
    ['memory flat', { memory: memory.map((one) => ({ ...one, megabytes: 300 + one.calls / 400 })) }],
    ['callers succeed', { calls: [call('a', refusal), call('b')] }],
  ]
  for (const [name, changes] of cases)
    assert.ok(broken(run(changes)).includes(name), `${name} ${JSON.stringify(changes).slice(0, 200)}`)
})

test('a call that a kill cut is no failure, whether it is on record or not', () => {
  const cut = call('c', { ending: 'broken', startedAt: 9_500, totalMs: 800, generation: undefined })
  const calls = [call('a'), call('b'), cut]
  assert.deepEqual(broken(run({ calls })), [])
  assert.deepEqual(broken(run({ calls, records: [record('a'), record('b'), record('c')] })), [])
  assert.notDeepEqual(broken(run({ calls: [call('a'), call('b'), { ...cut, startedAt: 20_000 }] })), [])
})

test('a stream cut after content stands apart only where its host had a fault', () => {
  const calls = [call('a', { ending: 'cut' }), call('b')]
  const records = [record('a', { outcome: 'incomplete' }), record('b')]
  const weather = [{ provider: 'chaos-a', fault: 'cut:4', from: 45, until: 53 }]
  assert.deepEqual(broken(run({ calls, records, weather })), [])
  assert.deepEqual(broken(run({ calls, records })), ['callers succeed'])
})

test('a failure counts only where a host was healthy all along', () => {
  const calls = [call('a', refusal), call('b', { model: 'chaos/south' })]
  const records = [record('a', { outcome: 'failed', cost_usd: null }), record('b')]
  const all = ['chaos-a', 'chaos-b', 'chaos-c'].map((provider) => ({
    provider,
    fault: 'hang',
    from: 45,
    until: 53,
  }))
  assert.deepEqual(broken(run({ calls, records, weather: all })), [])
  assert.deepEqual(broken(run({ calls, records, weather: all.slice(1) })), ['callers succeed'])
})

test('memory is not judged of a process that answered too few calls', () => {
  const verdicts = judge(
    run({ memory: memory.slice(0, 70).map((one) => ({ ...one, megabytes: one.calls })) }),
  )
  assert.deepEqual(
    verdicts.filter(({ ok }) => ok === null).map(({ name }) => name),
    ['memory flat'],
  )
})

test('the slope is that of the middle, whatever single samples say', () => {
  const line = Array.from({ length: 41 }, (_, calls) => ({ calls, megabytes: 2 * calls }))
  line[7] = { calls: 7, megabytes: 900 }
  assert.ok(Math.abs(theilSen(line) - 2) < 1e-9)
})
