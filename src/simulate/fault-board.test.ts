import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createFaultBoard } from './fault-board.ts'
import { type FaultOrder, shareAt } from './fault-order.ts'

/** A board with a clock that is set by hand, in seconds. */
function boardAt(seed = 1) {
  let seconds = 0
  const board = createFaultBoard(seed, () => seconds * 1000)
  return {
    board,
    hits(at: number, requests = 1) {
      seconds = at
      return Array.from({ length: requests }, () => board.draw('acme', 'm')).filter(Boolean).length
    },
  }
}

test('a fault hits from its beginning until its end, counted from the order', () => {
  const { board, hits } = boardAt()
  hits(100)
  board.order({ fault: 'hang', from: 5, until: 15 })
  assert.deepEqual(
    [100, 104.9, 105, 114.9, 115, 200].map((at) => hits(at)),
    [0, 0, 1, 1, 0, 0],
  )
  assert.deepEqual(board.standing(), [], 'what is over stands no more')
})

test('ten bad seconds come again every minute', () => {
  const { board, hits } = boardAt()
  board.order({ fault: 'status:503', until: 10, every: 60 })
  assert.deepEqual(
    [0, 9, 10, 59, 60, 69, 70, 3600, 3610].map((at) => hits(at)),
    [1, 1, 0, 0, 1, 1, 0, 1, 0],
  )
})

test('a ramp raises the share in a straight line', () => {
  const { board, hits } = boardAt()
  board.order({ fault: 'status:500', share: 0, ramp: 1, until: 100 })
  const at = (seconds: number) => hits(seconds, 2000) / 2000
  for (const seconds of [0, 25, 50, 75, 99])
    assert.ok(Math.abs(at(seconds) - seconds / 100) < 0.05, `${seconds} s`)
})

test('the same seed, orders and sequence of requests hit the same requests', () => {
  const run = (seed: number) => {
    const { board, hits } = boardAt(seed)
    board.order({ fault: 'hang', share: 0.3, ramp: 0.6, until: 20, every: 30 })
    return Array.from({ length: 200 }, (_, at) => hits(at / 2))
  }
  assert.deepEqual(run(7), run(7))
  assert.notDeepEqual(run(7), run(8))
})

test('a share is never outside of what was ordered, and nothing outside of the window', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true })
  fc.assert(
    fc.property(
      share,
      share,
      fc.nat(50),
      fc.integer({ min: 1, max: 50 }),
      fc.nat(50),
      fc.nat(10_000),
      (...n) => {
        const [first, ramp, from, length, pause, at] = n
        const order: FaultOrder = {
          fault: 'hang',
          share: first,
          ramp,
          from,
          until: from + length,
          every: from + length + pause,
        }
        const now = shareAt(order, at)
        const phase = at % (from + length + pause)
        if (phase < from || phase >= from + length) assert.equal(now, 0)
        else assert.ok(now >= Math.min(first, ramp) - 1e-12 && now <= Math.max(first, ramp) + 1e-12)
      },
    ),
  )
})

test('an order that cannot be carried out is refused by the name of what is wrong', () => {
  const { board } = boardAt()
  const wrong: readonly [FaultOrder, string, RegExp][] = [
    [{ fault: 'meteor' }, 'fault', /slow-drip/],
    [{ fault: 'hang', share: 1.5 }, 'share', /1/],
    [{ fault: 'hang', from: 5, until: 5 }, 'until', /later than `from`/],
    [{ fault: 'hang', every: 60 }, 'every', /needs `until`/],
    [{ fault: 'hang', until: 60, every: 30 }, 'every', /overlap/],
    [{ fault: 'hang', ramp: 1 }, 'ramp', /needs `until`/],
    [{ fault: 'hang', count: 0 }, 'count', /0/],
    [{ fault: 'hang', from: Number.NaN }, 'from', /number/],
  ]
  for (const [order, limit, words] of wrong)
    assert.throws(
      () => board.order(order),
      { code: 'invalid_request', detail: { limit }, message: words },
      limit,
    )
})

test('a model’s name orders a fault for itself, or for a share of its requests', () => {
  const { board } = boardAt(3)
  assert.deepEqual(board.drawNamed('cut:4'), { name: 'cut', amount: 4 })
  const hit = Array.from({ length: 1000 }, () => board.drawNamed('status:503@0.3')).filter(Boolean)
  assert.ok(hit.length > 250 && hit.length < 350, `${hit.length} of 1000`)
  assert.deepEqual(hit[0], { name: 'status', amount: 503 })
  for (const [wrong, limit] of [
    ['meteor', 'fault'],
    ['hang@', 'share'],
    ['hang@2', 'share'],
    ['hang@often', 'share'],
  ] as const)
    assert.throws(() => board.drawNamed(wrong), { code: 'invalid_request', detail: { limit } }, wrong)
})
