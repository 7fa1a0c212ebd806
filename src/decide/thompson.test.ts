import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { normalCdf } from './normal.ts'
import { type Arm, chooseInWorlds, FARTHEST, WORLDS } from './thompson.ts'

const best = { qualityBand: 0, qualityWeight: 0 }
const arm = (quality: number, sd: number, merit = 0, tier = 0): Arm => ({ quality, sd, merit, tier })
const seeds = Array.from({ length: 200 }, (_, seed) => seed)
const shareOf = (index: number, arms: readonly Arm[], rule = best) => {
  const chosen = seeds.flatMap((seed) => [...chooseInWorlds(arms, rule, seed)])
  return chosen.filter((a) => a === index).length / chosen.length
}

test('an arm is chosen as often as it is probably the best', () => {
  const expected = normalCdf((0.6 - 0.55) / Math.hypot(0.03, 0.06))
  assert.ok(Math.abs(shareOf(0, [arm(0.6, 0.03), arm(0.55, 0.06)]) - expected) < 0.01)
})

test('arms that a world puts within the band are chosen by merit, and by tier before that', () => {
  const rule = { qualityBand: 0.1, qualityWeight: 0 }
  assert.equal(shareOf(0, [arm(0.5, 0.001, -1), arm(0.55, 0.001, -2)], rule), 1)
  assert.equal(shareOf(1, [arm(0.3, 0.001, -1), arm(0.55, 0.001, -2)], rule), 1)
  assert.equal(shareOf(0, [arm(0.5, 0.001, -2, 0), arm(0.55, 0.001, -1, 1)], rule), 1)
})

test('a policy that pays for quality weighs the drawn quality against the rest', () => {
  const rule = { qualityBand: 1, qualityWeight: 1 }
  assert.equal(shareOf(0, [arm(0.5, 0.001, -0.01), arm(0.6, 0.001, -0.2)], rule), 1)
  assert.equal(shareOf(1, [arm(0.5, 0.001, -0.01), arm(0.6, 0.001, -0.05)], rule), 1)
})

test('every world chooses one arm, the same for the same seed, and never one that is out of reach', () => {
  const anyArm = fc
    .record({
      quality: fc.double({ min: 0, max: 1, noNaN: true }),
      sd: fc.double({ min: 0.001, max: 0.2, noNaN: true }),
      merit: fc.double({ min: -1, max: 0, noNaN: true }),
    })
    .map(({ quality, sd, merit }) => arm(quality, sd, merit))
  fc.assert(
    fc.property(
      fc.array(anyArm, { minLength: 1, maxLength: 20 }),
      fc.constantFrom(0, 0.05, 1),
      fc.nat(),
      (arms, qualityBand, seed) => {
        const rule = { qualityBand, qualityWeight: 0 }
        const chosen = chooseInWorlds(arms, rule, seed)
        assert.equal(chosen.length, WORLDS)
        assert.deepEqual(chooseInWorlds(arms, rule, seed), chosen)
        const certain = Math.max(...arms.map(({ quality, sd }) => quality - FARTHEST * sd))
        for (const a of chosen)
          assert.ok(arms[a]!.quality + FARTHEST * arms[a]!.sd >= certain - qualityBand - 1e-9)
      },
    ),
  )
})
