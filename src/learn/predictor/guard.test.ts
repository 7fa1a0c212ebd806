import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../random.ts'
import { fittedGuard, gainOverBestSingle } from './guard.ts'

const MEAN = Float64Array.of(0.6, 0.5)

/** Outcomes of a model that is good on half of the prompts and another that is good on the other half, as residuals. */
function residualsOf(count: number, chances: (kind: number) => readonly [number, number]): Float64Array {
  const random = seededRandom(3)
  return Float64Array.from({ length: 2 * count }, (_, cell) => {
    const chance = chances(Math.floor(cell / 2) % 2)[cell % 2]!
    return (random() < chance ? 1 : 0) - MEAN[cell % 2]!
  })
}

const twoKinds = (kind: number): readonly [number, number] => (kind === 0 ? [0.9, 0.2] : [0.3, 0.8])

test('where looking at the prompt pays, the best single model is left for a lead that paid', () => {
  const heldOut = Float64Array.from(
    { length: 800 },
    (_, cell) => twoKinds(Math.floor(cell / 2) % 2)[cell % 2]!,
  )
  const residuals = residualsOf(400, twoKinds)
  const guard = fittedGuard(heldOut, residuals, MEAN)
  assert.ok(guard <= 0.08, `${guard}`)
  const { mean, error } = gainOverBestSingle(guard, heldOut, residuals, MEAN)
  assert.ok(mean > 0.15 && error < 0.05, `${mean} ± ${error}`)
})

test('where predictions are noise, it is never left', () => {
  const random = seededRandom(8)
  const heldOut = Float64Array.from({ length: 800 }, () => random())
  assert.equal(
    fittedGuard(
      heldOut,
      residualsOf(400, () => [0.6, 0.5]),
      MEAN,
    ),
    Infinity,
  )
})

test('only models with an outcome on the prompt count, and a prompt without any does not', () => {
  const heldOut = Float64Array.of(0.2, 0.9, 0.2, 0.9, 0.2, 0.9)
  const residuals = Float64Array.of(-0.6, 0.5, 0.4, Number.NaN, Number.NaN, Number.NaN)
  const { mean } = gainOverBestSingle(0, heldOut, residuals, MEAN)
  assert.equal(mean, 0.5, 'a gain of 1 on the first prompt, none on the second')
})
