import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createWatchdog, type Phase } from './watchdog.ts'

function watched(t: { mock: { timers: { enable(options: { apis: ['setTimeout'] }): void } } }) {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const expired: [Phase, number][] = []
  const times = { answerMs: 1_000, idleMs: 200, totalMs: 5_000, hurried: false }
  return { expired, watchdog: createWatchdog(times, (phase, ms) => expired.push([phase, ms])) }
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
  const { expired, watchdog } = watched(t)
  watchdog.progress()
  watchdog.pause()
  t.mock.timers.tick(4_000)
  watchdog.progress()
  t.mock.timers.tick(199)
  assert.deepEqual(expired, [])
  watchdog.pause()
  t.mock.timers.tick(801)
  assert.deepEqual(expired, [['total', 5_000]])
})

test('a stopped one is silent', (t) => {
  const { expired, watchdog } = watched(t)
  watchdog.progress()
  watchdog.stop()
  t.mock.timers.tick(10_000)
  assert.deepEqual(expired, [])
})
