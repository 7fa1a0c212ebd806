import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createWindowedCounts } from './windowed-counts.ts'

const MINUTE = 60_000

test('the share of successes is over the latest slices only', () => {
  const counts = createWindowedCounts(MINUTE, 30)
  counts.add(false, 0)
  counts.add(true, 6 * MINUTE)
  assert.equal(counts.successShare(6 * MINUTE, 5), 1)
  assert.equal(counts.successShare(6 * MINUTE, 30), 0.5)
})

test('nothing counted, or nothing lately, is no share at all', () => {
  const counts = createWindowedCounts(MINUTE, 30)
  assert.equal(counts.successShare(0, 30), undefined)
  counts.add(true, 0)
  assert.equal(counts.successShare(31 * MINUTE, 30), undefined)
})

test('whatever happened when, the share is that of the calls in the window', () => {
  const calls = fc.array(fc.record({ minute: fc.nat(200), succeeded: fc.boolean() }), { minLength: 1 })
  fc.assert(
    fc.property(calls, (drawn) => {
      const sorted = drawn.toSorted((a, b) => a.minute - b.minute)
      const counts = createWindowedCounts(MINUTE, 30)
      for (const { minute, succeeded } of sorted) counts.add(succeeded, minute * MINUTE)
      const now = sorted.at(-1)!.minute
      const lately = sorted.filter(({ minute }) => now - minute < 30)
      const share = lately.filter(({ succeeded }) => succeeded).length / lately.length
      assert.equal(counts.successShare(now * MINUTE, 30), share)
    }),
  )
})

test('what is saved and restored later is as old as it would be', () => {
  const counts = createWindowedCounts(MINUTE, 30)
  counts.add(false, 100 * MINUTE)
  counts.add(true, 106 * MINUTE)
  const later = createWindowedCounts(MINUTE, 30)
  later.restore(counts.save(110 * MINUTE), 110 * MINUTE)
  assert.equal(later.successShare(115 * MINUTE, 30), 0.5)
  assert.equal(later.successShare(133 * MINUTE, 30), 1)
  assert.equal(later.successShare(136 * MINUTE, 30), undefined)
})

test('what cannot have been saved is not restored', () => {
  const counts = createWindowedCounts(MINUTE, 30)
  counts.restore([[30, 1, 1]], 100 * MINUTE)
  counts.restore([[7, 1, 1]], 6 * MINUTE)
  assert.equal(counts.successShare(100 * MINUTE, 30), undefined)
})
