import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { createHealthBoard, HEALTH_UNKNOWN } from './health.ts'

const MINUTE = 60_000
const ID = 'acme/one'

function board() {
  const clock = { at: 1_000_000 }
  return { clock, ...createHealthBoard({ now: () => clock.at }) }
}

const close = (actual: number | undefined, expected: number) =>
  assert.ok(Math.abs((actual ?? Number.NaN) - expected) < 1e-9, `${actual} is not ${expected}`)

test('nothing is known of an endpoint that was never called', () => {
  assert.deepEqual(board().health(ID), HEALTH_UNKNOWN)
})

test('an observation counts half after five minutes', () => {
  const { clock, health, succeeded } = board()
  succeeded(ID, { firstByteMs: 100, tokensPerSecond: 10 })
  clock.at += 5 * MINUTE
  succeeded(ID, { firstByteMs: 400, tokensPerSecond: 40 })
  const { firstByteMs, tokensPerSecond, attempts } = health(ID)
  close(attempts, 1.5)
  close(firstByteMs, (0.5 * 100 + 400) / 1.5)
  close(tokensPerSecond, (0.5 * 10 + 40) / 1.5)
})

test('looking changes nothing: a figure depends on when things happened, not on how often it was read', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 600_000 })), { maxLength: 20 }),
      (events) => {
        const [watched, quiet] = [board(), board()]
        for (const [success, pause] of events) {
          for (const one of [watched, quiet]) {
            if (success) one.succeeded(ID, { firstByteMs: 5 })
            else one.failed(ID, {})
          }
          watched.clock.at += pause / 2
          watched.health(ID)
          watched.clock.at += pause / 2
          quiet.clock.at += pause
        }
        const [a, b] = [watched.health(ID), quiet.health(ID)]
        close(a.successRate, b.successRate)
        close(a.attempts, b.attempts)
        assert.ok(a.successRate > 0 && a.successRate <= 1)
      },
    ),
  )
})

test('one failure is no verdict, many are, and an endpoint left alone recovers its name', () => {
  const { clock, health, failed } = board()
  failed(ID, {})
  close(health(ID).successRate, 0.5)
  for (let i = 0; i < 20; i++) failed(ID, {})
  assert.ok(health(ID).successRate < 0.05)
  clock.at += 120 * MINUTE
  assert.ok(health(ID).successRate > 0.99)
})

test('the third failure in a row pauses for five seconds, told in epoch time, and a success ends the pause', () => {
  const { clock, health, failed, succeeded, admit } = board()
  assert.ok(admit(ID, 'next'))
  for (let i = 0; i < 4; i++) failed(ID, {})
  assert.equal(health(ID).pausedUntil, clock.at + 5_000)
  assert.equal(admit(ID, 'next'), false)
  succeeded(ID, { firstByteMs: 1 })
  assert.equal(health(ID).pausedUntil, 0)
  assert.ok(admit(ID, 'next'))
})

test('case 54: a clock set back an hour lengthens no pause, and figures go on fading', () => {
  const clock = { at: 10_000_000, elapsed: 0 }
  const { health, failed, admit } = createHealthBoard({ now: () => clock.at, elapsed: () => clock.elapsed })
  for (let i = 0; i < 3; i++) failed(ID, {})
  clock.at -= 60 * MINUTE
  clock.elapsed += 1_000
  assert.equal(health(ID).pausedUntil, clock.at + 4_000)
  clock.elapsed += 4_000
  assert.equal(health(ID).pausedUntil, 0)
  assert.ok(admit(ID, 'next'))
  clock.elapsed += 5 * MINUTE
  assert.ok(health(ID).attempts < 1.6)
})

test('how late is late is known from twenty streams on, and those that were outpaced count for as long as they took', () => {
  const { lateAfterMs, succeeded, outpaced } = board()
  for (let i = 0; i < 18; i++) succeeded(ID, { firstByteMs: 100 })
  outpaced(ID, 1000)
  assert.equal(lateAfterMs(ID), undefined)
  outpaced(ID, 1000)
  assert.ok(Math.abs(lateAfterMs(ID)! / 1000 - 1) < 0.05)
})

test('Retry-After is honoured at the first failure, and never for more than an hour', () => {
  const { clock, health, failed } = board()
  failed(ID, { retryAfterSeconds: 30 })
  assert.equal(health(ID).pausedUntil, clock.at + 30_000)
  failed(ID, { retryAfterSeconds: 1 })
  assert.equal(health(ID).pausedUntil, clock.at + 30_000, 'a shorter one does not shorten it')
  failed('acme/two', { retryAfterSeconds: 1e9 })
  assert.equal(health('acme/two').pausedUntil, clock.at + 60 * MINUTE)
  for (const retryAfterSeconds of [Number.NaN, -5, 0]) failed('acme/three', { retryAfterSeconds })
  assert.equal(health('acme/three').pausedUntil, clock.at + 5_000, 'only the row of failures pauses')
})

test('odd measurements and a clock that jumps back do no harm', () => {
  const { clock, health, succeeded } = board()
  succeeded(ID, { firstByteMs: Number.NaN, tokensPerSecond: Number.POSITIVE_INFINITY })
  clock.at -= 10 * MINUTE
  succeeded(ID, { firstByteMs: 7 })
  const { firstByteMs, tokensPerSecond, attempts } = health(ID)
  assert.deepEqual([firstByteMs, tokensPerSecond, attempts], [7, undefined, 2])
})

test('a limited rate is not a failure of the host, and failures tell how long they took', () => {
  const { health, failed } = board()
  for (let i = 0; i < 2; i++) failed(ID, { status: 429, afterMs: 5 })
  assert.deepEqual(health(ID), HEALTH_UNKNOWN)
  failed(ID, { status: 500, afterMs: 100 })
  failed('acme/two', { afterMs: 60_000 })
  assert.deepEqual([health(ID).failureMs, health('acme/two').failureMs], [100, 60_000])
  assert.deepEqual([health(ID).attempts, health(ID).successRate], [1, 0.5])
})

test('endpoints do not share their health', () => {
  const { health, failed } = board()
  failed(ID, {})
  assert.deepEqual(health('acme/two'), HEALTH_UNKNOWN)
})

test('uptime is the share of attempts that succeeded, over each window, without what is not the host’s fault', () => {
  const { clock, statistics, succeeded, failed } = board()
  assert.equal(statistics(ID), undefined)
  failed(ID, { status: 503 })
  clock.at += 10 * MINUTE
  succeeded(ID, {})
  succeeded(ID, {})
  for (const status of [401, 402, 404, 429]) failed(ID, { status, retryAfterSeconds: 1 })
  failed(ID, {})
  assert.deepEqual(statistics(ID)?.uptime, { last5m: 2 / 3, last30m: 0.5, last1d: 0.5 })
  clock.at += 60 * MINUTE
  assert.deepEqual(statistics(ID)?.uptime, { last1d: 0.5 })
})

test('the percentiles of first byte and speed are of the last 30 minutes, within 4.9 %', () => {
  const { clock, statistics, succeeded } = board()
  for (let i = 1; i <= 100; i++) succeeded(ID, { firstByteMs: i * 10, tokensPerSecond: i })
  const { firstByteMs, tokensPerSecond } = statistics(ID)!
  for (const [share, told] of Object.entries(firstByteMs!))
    assert.ok(Math.abs(told / (Number(share.slice(1)) * 10) - 1) < 0.049, `${share} ${told}`)
  assert.ok(Math.abs(tokensPerSecond!.p50 / 50 - 1) < 0.049)
  clock.at += 31 * MINUTE
  assert.equal(statistics(ID)?.firstByteMs, undefined)
})
