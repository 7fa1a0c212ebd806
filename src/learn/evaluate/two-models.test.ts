import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { seededRandom } from '../random.ts'
import { type Duel, scoreTwoModels } from './two-models.ts'

/** The strong model is right on 80 of 100 prompts, the weak one on 40; on 10 only the weak one is. */
function duels(advantageOf: (gain: number, at: number) => number): Duel[] {
  return Array.from({ length: 1000 }, (_, i) => {
    const strong = i % 10 < 8 ? 1 : 0
    const weak = i % 10 < 3 || i % 10 === 9 ? 1 : 0
    return { strong, weak, advantage: advantageOf(strong - weak, i) }
  })
}

test('an order by the true gain recovers more than chance, and chance about half', () => {
  const random = seededRandom(1)
  const perfect = scoreTwoModels(duels((gain) => gain))!
  const chance = scoreTwoModels(duels(() => random()))!
  const wrong = scoreTwoModels(duels((gain) => -gain))!
  assert.ok(perfect.apgr > chance.apgr && chance.apgr > wrong.apgr)
  assert.ok(Math.abs(chance.apgr - 0.5) < 0.05)
  assert.ok(Math.abs(chance.cpt50 - 0.5) < 0.08 && Math.abs(chance.cpt80 - 0.8) < 0.08)
  assert.ok(perfect.cpt50 < perfect.cpt80 && perfect.cpt80 < 0.5)
})

test('who sees no difference between prompts recovers half, as RouteLLM counts it', () => {
  const score = scoreTwoModels(duels(() => 0.1))!
  assert.deepEqual(score, { apgr: 0.5, cpt50: 0.5, cpt80: 0.8 })
})

test('the order of the prompts does not matter', () => {
  fc.assert(
    fc.property(
      fc.shuffledSubarray(
        duels((gain, at) => gain + Math.sin(at)),
        { minLength: 1000 },
      ),
      (shuffled) => {
        const one = scoreTwoModels(shuffled)!
        const other = scoreTwoModels(duels((gain, at) => gain + Math.sin(at)))!
        assert.ok(Math.abs(one.apgr - other.apgr) < 1e-9)
      },
    ),
    { numRuns: 5 },
  )
})

test('without a gap there is nothing to recover', () => {
  assert.equal(scoreTwoModels([{ advantage: 1, strong: 1, weak: 1 }]), undefined)
})
