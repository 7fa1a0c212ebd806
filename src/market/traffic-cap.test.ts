import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createTrafficCap } from './traffic-cap.ts'

/** A cap under a clock that the test turns. */
function capped() {
  const clock = { seconds: 1_000 }
  return { clock, cap: createTrafficCap({ now: () => clock.seconds * 1000 }) }
}

/**
 * An hour of calls at `demand` a second to a host that takes `limit` a second, a bucket of 5 of them; a call goes out only
 * where the cap leaves room. Returns shares of the limit that were used and of the calls that went out that were refused,
 * in the last half hour.
 */
function hourOf(limit: number, demand: number) {
  const { clock, cap } = capped()
  let bucket = 5
  let filledAt = clock.seconds
  let sent = 0
  let refused = 0
  for (let second = 0; second < 3600; second += 1 / demand) {
    clock.seconds = 1_000 + second
    if (cap.fullUntil('a') > clock.seconds * 1000) continue
    cap.sent('a')
    bucket = Math.min(5, bucket + (clock.seconds - filledAt) * limit)
    filledAt = clock.seconds
    if (second > 1800) sent++
    if (bucket >= 1) bucket--
    else {
      if (second > 1800) refused++
      cap.limited('a', {})
    }
  }
  return { used: (sent - refused) / (1800 * limit), refused: refused / sent }
}

test('an endpoint that never refused a call has room, however many it gets', () => {
  const { cap } = capped()
  for (let i = 0; i < 10_000; i++) cap.sent('a')
  assert.equal(cap.fullUntil('a'), 0)
  assert.equal(cap.fullUntil('never called'), 0)
})

test('a refusal leaves no room, for as long as one call takes at nine tenths of the rate that was refused', () => {
  const { clock, cap } = capped()
  for (let i = 0; i < 200; i++) {
    clock.seconds += 0.5
    cap.sent('a')
  }
  cap.limited('a', {})
  const waitS = cap.fullUntil('a') / 1000 - clock.seconds
  assert.ok(Math.abs(waitS - 1 / (0.9 * 2)) < 0.05, String(waitS))
  clock.seconds += waitS + 0.01
  assert.equal(cap.fullUntil('a'), 0)
  assert.equal(cap.fullUntil('b'), 0)
})

test('Retry-After closes an endpoint for that long, an hour at most, and nonsense in it does not', () => {
  for (const [asked, least] of [
    [30, 30],
    [1e9, 3600],
    [Number.NaN, 0],
    [-5, 0],
  ] as const) {
    const { clock, cap } = capped()
    for (let i = 0; i < 100; i++) cap.sent('a')
    cap.limited('a', { retryAfterSeconds: asked })
    const waitS = cap.fullUntil('a') / 1000 - clock.seconds
    assert.ok(waitS >= least && waitS < least + 2, `${asked}: ${waitS}`)
  }
})

test('refusals of calls that were on their way together lower the cap once', () => {
  const waitAfter = (refusals: number) => {
    const { clock, cap } = capped()
    for (let i = 0; i < 50; i++) cap.sent('a')
    for (let i = 0; i < refusals; i++) cap.limited('a', {})
    return cap.fullUntil('a') - clock.seconds * 1000
  }
  assert.equal(waitAfter(20), waitAfter(1))
})

test('in the long run most of what a host takes is used, and few calls are refused', () => {
  for (const [limit, demand] of [
    [0.5, 3],
    [2, 3],
    [10, 40],
  ] as const) {
    const { used, refused } = hourOf(limit, demand)
    assert.ok(used > 0.85, `used ${used} of ${limit}/s`)
    assert.ok(refused < 0.03, `refused ${refused} of ${limit}/s`)
  }
})

test('a cap that is not met any more is forgotten', () => {
  const { clock, cap } = capped()
  for (let i = 0; i < 100; i++) cap.sent('a')
  cap.limited('a', {})
  clock.seconds += 6 * 3600
  for (let i = 0; i < 10_000; i++) cap.sent('a')
  assert.equal(cap.fullUntil('a'), 0)
})

test('whatever happens in whatever order, an endpoint has room again in finite time', () => {
  const anyEvent = fc.record({
    kind: fc.constantFrom('sent', 'limited'),
    seconds: fc.double({ min: -10, max: 100, noNaN: true }),
    retryAfter: fc.double(),
  })
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 60 }), (events) => {
      const { clock, cap } = capped()
      for (const { kind, seconds, retryAfter } of events) {
        clock.seconds += seconds
        if (kind === 'sent') cap.sent('a')
        else cap.limited('a', { retryAfterSeconds: retryAfter })
      }
      const until = cap.fullUntil('a')
      assert.ok(Number.isFinite(until) && until <= (clock.seconds + 2 * 86_400) * 1000, String(until))
      clock.seconds += 2 * 86_400
      assert.equal(cap.fullUntil('a'), 0)
    }),
  )
})
