import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { steadyClock } from './steady-clock.ts'

test('whatever the wall clock does, at least as much time passes as really does, and the clock is never behind', () => {
  const step = fc.record({ passed: fc.nat(10_000), jump: fc.integer({ min: -7_200_000, max: 7_200_000 }) })
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      let [wall, monotonic] = [1e12, 0]
      const clock = steadyClock(
        () => wall,
        () => monotonic,
      )
      let last = clock()
      for (const { passed, jump } of steps) {
        monotonic += passed
        wall += passed + jump
        const now = clock()
        assert.ok(now >= last + passed && now >= wall)
        last = now
      }
    }),
  )
})
