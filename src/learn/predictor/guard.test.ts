import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../random.ts'
import { type ExploredCall, fittedGuard, gainOverBestSingle } from './guard.ts'

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
  const guard = fittedGuard({ heldOut, residuals, mean: MEAN })
  assert.ok(guard <= 0.08, `${guard}`)
  const { mean, error } = gainOverBestSingle(guard, { heldOut, residuals, mean: MEAN })
  assert.ok(mean > 0.15 && error < 0.05, `${mean} ± ${error}`)
})

test('where predictions are noise, it is never left', () => {
  const random = seededRandom(8)
  const heldOut = Float64Array.from({ length: 800 }, () => random())
  assert.equal(fittedGuard({ heldOut, residuals: residualsOf(400, () => [0.6, 0.5]), mean: MEAN }), Infinity)
})

test('only models with an outcome on the prompt count, and a prompt without any does not', () => {
  const heldOut = Float64Array.of(0.2, 0.9, 0.2, 0.9, 0.2, 0.9)
  const residuals = Float64Array.of(-0.6, 0.5, 0.4, Number.NaN, Number.NaN, Number.NaN)
  const { mean } = gainOverBestSingle(0, { heldOut, residuals, mean: MEAN })
  assert.equal(mean, 0.5, 'a gain of 1 on the first prompt, none on the second')
})

/** Calls that tried either model by a coin of 0.7, and what is known of them: the one outcome. */
function explored(count: number, chances: (kind: number) => readonly [number, number], share = 0.7) {
  const random = seededRandom(4)
  const residuals = new Float64Array(2 * count).fill(Number.NaN)
  const calls = Array.from({ length: count }, (_, row): ExploredCall => {
    const model = random() < share ? 0 : 1
    const quality = random() < chances(row % 2)[model]! ? 1 : 0
    residuals[2 * row + model] = quality - MEAN[model]!
    return { row, model, propensity: model === 0 ? share : 1 - share, quality, available: [0, 1] }
  })
  return { residuals, calls }
}

test('calls that explored tell whether leaving the best single model pays, though each has one outcome', () => {
  const heldOut = Float64Array.from(
    { length: 1_600 },
    (_, cell) => twoKinds(Math.floor(cell / 2) % 2)[cell % 2]!,
  )
  const told = { heldOut, ...explored(800, twoKinds), mean: MEAN }
  const guard = fittedGuard(told)
  assert.ok(guard <= 0.08, `${guard}`)
  const { mean, error } = gainOverBestSingle(guard, told)
  assert.ok(Math.abs(mean - 0.25) < 3 * error && error < 0.06, `${mean} ± ${error}`)
  assert.equal(fittedGuard({ ...told, calls: [] }), Infinity, 'the outcomes alone tell of no choice')
  const noise = seededRandom(8)
  const random = { ...explored(800, () => [0.6, 0.5]), heldOut: heldOut.map(() => noise()), mean: MEAN }
  assert.equal(fittedGuard(random), Infinity)
})

test('calls that never tried the other model tell nothing', () => {
  const heldOut = Float64Array.from(
    { length: 800 },
    (_, cell) => twoKinds(Math.floor(cell / 2) % 2)[cell % 2]!,
  )
  assert.equal(fittedGuard({ heldOut, ...explored(400, twoKinds, 1), mean: MEAN }), Infinity)
})
