import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createSteadyTime } from './steady-time.ts'

const HOUR = 3_600_000

test('after a jump back of an hour time goes on from where it was, at its own pace', () => {
  const steady = createSteadyTime()
  assert.equal(steady(10 * HOUR), 10 * HOUR)
  assert.equal(steady(9 * HOUR), 10 * HOUR)
  assert.equal(steady(9 * HOUR + 5), 10 * HOUR + 5)
})

test('whatever the clock reads, time never goes back, and passes at least as much as the clock says', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 1e13 }), { minLength: 2 }), (readings) => {
      const steady = createSteadyTime()
      const times = readings.map(steady)
      for (let i = 1; i < times.length; i++) {
        const passed = times[i]! - times[i - 1]!
        assert.equal(passed, Math.max(0, readings[i]! - readings[i - 1]!))
      }
    }),
  )
})
