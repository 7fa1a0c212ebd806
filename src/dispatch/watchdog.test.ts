import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createWatchdog, type Phase } from './watchdog.ts'

function watched(t: TestContext) {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const expired: [Phase, number][] = []
  const times = { answerMs: 1_000, idleMs: 200, totalMs: 5_000, hurried: { answer: false, total: false } }
  const clock = { now: 0 }
  const pauses: number[] = []
  const onExpired = (phase: Phase, ms: number, pausedMs: number) => {
    expired.push([phase, ms])
    pauses.push(pausedMs)
  }
  const tick = (ms: number) => {
    clock.now += ms
    t.mock.timers.tick(ms)
  }
  return { expired, pauses, tick, watchdog: createWatchdog(times, onExpired, () => clock.now) }
}

test('until something has been said the answer’s time counts, then every silence', (t) => {
  const { expired, watchdog } = watched(t)
  t.mock.timers.tick(999)
  watchdog.progress()
  t.mock.timers.tick(199)
  assert.deepEqual(expired, [])
  t.mock.timers.tick(1)
  assert.deepEqual(expired, [['idle', 200]])
})

test('an answer that does not come is late', (t) => {
  const { expired } = watched(t)
  t.mock.timers.tick(1_000)
  assert.deepEqual(expired, [['answer', 1_000]])
})

test('a slow caller’s pause is not the host’s silence, but the whole has an end', (t) => {
  const { expired, pauses, tick, watchdog } = watched(t)
  watchdog.progress()
  watchdog.pause()
  tick(4_000)
  watchdog.progress()
  tick(199)
  assert.deepEqual(expired, [])
  watchdog.pause()
  tick(801)
  assert.deepEqual(expired, [['total', 5_000]])
  assert.deepEqual(pauses, [4_801], 'which says whose fault that is')
})

test('a stopped one is silent', (t) => {
  const { expired, watchdog } = watched(t)
  watchdog.progress()
  watchdog.stop()
  t.mock.timers.tick(10_000)
  assert.deepEqual(expired, [])
})
