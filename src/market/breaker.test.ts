import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createBreaker } from './breaker.ts'

const SECOND = 1000

/** A breaker that three failures in a row have opened at 0. */
function opened() {
  const breaker = createBreaker()
  for (let i = 0; i < 3; i++) breaker.failed(0, 0)
  return breaker
}

test('three failures in a row open it; a success between them, or a minute, begins a new row', () => {
  const breaker = createBreaker()
  breaker.failed(0, 0)
  breaker.failed(0, 0)
  breaker.succeeded(0)
  breaker.failed(0, 0)
  breaker.failed(0, 0)
  assert.equal(breaker.rest(0), undefined)
  breaker.failed(61 * SECOND, 61 * SECOND)
  assert.ok(breaker.admit('next', 61 * SECOND))
  breaker.failed(62 * SECOND, 62 * SECOND)
  breaker.failed(63 * SECOND, 63 * SECOND)
  assert.deepEqual(breaker.rest(63 * SECOND), { ms: 5 * SECOND })
  assert.equal(breaker.admit('next', 63 * SECOND), false)
})

test('half of ten calls that fail open it, although no three failed in a row; fewer calls do not', () => {
  const breaker = createBreaker()
  for (let i = 0; i < 4; i++) {
    breaker.failed(0, 0)
    breaker.succeeded(0)
  }
  assert.ok(breaker.admit('next', 0))
  breaker.succeeded(0)
  breaker.failed(0, 0)
  assert.equal(breaker.admit('next', 0), false)
})

test('every probe that fails doubles the time that it is open, up to five minutes', () => {
  const breaker = opened()
  let at = 0
  const waits = Array.from({ length: 9 }, () => {
    const { ms } = breaker.rest(at)!
    at += ms
    assert.ok(breaker.admit('next', at))
    breaker.failed(at, at)
    return ms / SECOND
  })
  assert.deepEqual(waits, [5, 10, 20, 40, 80, 160, 300, 300, 300])
})

test('half-open, one call in ten seconds is let through, and its success closes', () => {
  const breaker = opened()
  const at = 5 * SECOND
  assert.equal(breaker.rest(at), undefined, 'the probe is ranked as any other')
  assert.deepEqual(
    [1, 2, 3].map(() => breaker.admit('next', at)),
    [true, false, false],
  )
  assert.deepEqual(breaker.rest(at), { ms: 10 * SECOND })
  assert.ok(breaker.admit('next', at + 10 * SECOND), 'a probe that says nothing is not waited for')
  breaker.succeeded(at + 11 * SECOND)
  assert.deepEqual(
    [1, 2].map(() => breaker.admit('next', at + 11 * SECOND)),
    [true, true],
  )
})

test('a probe that ends and tells nothing makes room for the next one; calls from before it do not', () => {
  const breaker = opened()
  const at = 6 * SECOND
  assert.ok(breaker.admit('next', at))
  breaker.toldNothing(at - 1)
  assert.equal(breaker.admit('next', at + 1), false, 'the probe is still under way')
  breaker.toldNothing(at)
  assert.equal(breaker.rest(at + 1), undefined)
  assert.ok(breaker.admit('next', at + 1))
  breaker.failed(at + 2, at + 1)
  breaker.toldNothing(at + 1)
  assert.deepEqual(breaker.rest(at + 2), { ms: 10 * SECOND }, 'nothing that is told late opens it sooner')
})

test('failures of calls that were under way when it opened do not lengthen its time', () => {
  const breaker = opened()
  for (let i = 0; i < 50; i++) breaker.failed(100, 100)
  assert.ok(breaker.admit('next', 5 * SECOND))
})

test('nor do they open it again where they end later, however many hung: only calls that began since then do', () => {
  const breaker = opened()
  assert.ok(breaker.admit('next', 5 * SECOND))
  for (let i = 0; i < 20; i++) breaker.failed((60 + i) * SECOND, -SECOND)
  assert.equal(breaker.rest(90 * SECOND), undefined)
  breaker.failed(90 * SECOND, 5 * SECOND)
  assert.deepEqual(breaker.rest(90 * SECOND), { ms: 10 * SECOND })
})

test('where nothing else is left an open endpoint is tried once a second, and always where there never was another', () => {
  const breaker = opened()
  assert.deepEqual(
    [0, 0, 999, 1000, 1001].map((at) => breaker.admit('last', at)),
    [true, false, false, true, false],
  )
  assert.ok([0, 1, 2].every((at) => breaker.admit('only', at)))
})

test('Retry-After is kept to, whatever is left, for an hour at most; a success does not shorten it, and it opens nothing', () => {
  const breaker = createBreaker()
  breaker.failed(0, 0, { forMs: 2 * SECOND, status: 429 })
  breaker.failed(0, 0, { forMs: 1 * SECOND, status: 503 })
  breaker.succeeded(100)
  for (const turn of ['next', 'last', 'only'] as const)
    assert.deepEqual([breaker.admit(turn, 1999), breaker.admit(turn, 2000)], [false, true])
  assert.deepEqual(breaker.rest(500), { ms: 1500, status: 429 })
  for (let i = 0; i < 5; i++) breaker.failed(3 * SECOND, 3 * SECOND, { forMs: 1, status: 503 })
  assert.ok(breaker.admit('next', 4 * SECOND))
  breaker.failed(5 * SECOND, 5 * SECOND, { forMs: 1e12, status: 429 })
  assert.ok(breaker.admit('next', 5 * SECOND + 3_600_000))
})

test('what is saved and restored later is as it would be', () => {
  const before = opened()
  before.failed(0, 0, { forMs: 20 * SECOND, status: 429 })
  const after = createBreaker(JSON.parse(JSON.stringify(before.save(SECOND))), 101 * SECOND)
  assert.deepEqual(after.rest(101 * SECOND), { ms: 19 * SECOND, status: 429 })
  assert.deepEqual([after.admit('only', 119 * SECOND), after.admit('only', 120 * SECOND)], [false, true])
  after.failed(121 * SECOND, 121 * SECOND)
  assert.deepEqual(after.rest(121 * SECOND), { ms: 10 * SECOND }, 'the second opening')
})

test('whatever happens, an endpoint that is left alone is admitted again within five minutes, and rests exactly while it is not', () => {
  const event = fc.record({
    kind: fc.constantFrom('failed', 'succeeded', 'toldNothing', 'admit'),
    after: fc.nat(120_000),
  })
  fc.assert(
    fc.property(fc.array(event, { maxLength: 40 }), (drawn) => {
      const breaker = createBreaker()
      let at = 0
      for (const { kind, after } of drawn) {
        at += after
        if (kind === 'admit') {
          const rests = breaker.rest(at) !== undefined
          assert.equal(breaker.admit('next', at), !rests)
        } else if (kind === 'failed') breaker.failed(at, at - after)
        else if (kind === 'toldNothing') breaker.toldNothing(at - after)
        else breaker.succeeded(at)
      }
      assert.ok(breaker.admit('next', at + 300_000))
    }),
  )
})
