import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { calibrate } from './calibrate.ts'

const chance = (logOdds: number) => 1 / (1 + Math.exp(-logOdds))

test('scores that say nothing give the share itself, whatever the score', () => {
  const scores = [-1, 0, 1, 2]
  const { slope, offset } = calibrate(scores, scores, 0.2)
  for (const score of scores) assert.ok(Math.abs(chance(slope * score + offset) - 0.2) < 0.15)
  assert.ok(Math.abs(slope) < 0.2, `${slope}`)
})

test('a handful of examples that are all told right do not make it certain', () => {
  const others = Array.from({ length: 500 }, (_, i) => -8 + i / 250)
  const { slope, offset } = calibrate([4, 5, 6, 5], others, 0.1)
  const p = chance(slope * 5 + offset)
  assert.ok(p > 0.6 && p < 0.95, `${p}`)
})

test('scaling and shifting all scores changes no probability', () => {
  const score = fc.integer({ min: -50, max: 50 }).map((tenths) => tenths / 10)
  const scores = fc.array(score, { minLength: 5, maxLength: 30 })
  fc.assert(
    fc.property(
      scores,
      scores,
      fc.integer({ min: 1, max: 8 }),
      fc.integer({ min: -9, max: 9 }),
      (examples, others, by, shift) => {
        const moved = (s: number) => s * by + shift
        const plain = calibrate(examples, others, 0.1)
        const other = calibrate(examples.map(moved), others.map(moved), 0.1)
        for (const s of examples) {
          const difference =
            chance(plain.slope * s + plain.offset) - chance(other.slope * moved(s) + other.offset)
          assert.ok(Math.abs(difference) < 0.01, `${difference}`)
        }
      },
    ),
    // Found a search that got lost on a steep start.
    { numRuns: 100, examples: [[[0, 0.2, -4.3, -2, 0], [0, 0, 0, 0.8, 0], 3, 6]] },
  )
})
