import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createMinuteWindow } from './minute-window.ts'

test('a call may be made again when the oldest is a minute old', () => {
  const window = createMinuteWindow(2)
  assert.deepEqual([window.take(0), window.take(10_000), window.take(59_999)], [true, true, false])
  assert.equal(window.waitMs(59_999), 1)
  assert.deepEqual([window.take(60_000), window.take(60_001)], [true, false])
  assert.equal(window.waitMs(60_001), 9_999)
  assert.equal(window.waitMs(200_000), 0)
})

test('whenever calls come, no minute has more of them than it may, and none is refused that would fit', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8 }), fc.array(fc.nat(20_000)), (most, gaps) => {
      const window = createMinuteWindow(most)
      const taken: number[] = []
      let now = 0
      for (const gap of gaps) {
        now += gap
        const lastMinute = taken.filter((at) => at > now - 60_000).length
        assert.equal(window.take(now), lastMinute < most)
        if (lastMinute < most) taken.push(now)
      }
    }),
  )
})
