import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { MeritorderError } from '../../errors.ts'
import { gaussian, seededRandom, shuffle } from '../random.ts'
import type { Ability } from './ability.ts'
import {
  type AbilityComparison,
  type AbilityEvidence,
  type AbilityOutcome,
  type CandidateModel,
  layOut,
} from './evidence.ts'
import { fitAbility } from './fit-ability.ts'
import { settle } from './posterior.ts'
import { predictAbility } from './predict-ability.ts'
import { dotRow, type PromptFeatures, promptFeatures, rowWidth } from './prompt-features.ts'
import { FIRST_SCALES, priorAt } from './scales.ts'
import { updateAbility } from './update-ability.ts'

const PROMPTS = 12
const MODELS: readonly CandidateModel[] = ['clerk', 'parrot', 'poet'].map((model) => ({ model }))

/** Every prompt has a first intent and a little of another, and two coordinates. */
function somePrompts(count: number): PromptFeatures {
  const random = seededRandom(7)
  const intents = Float32Array.from({ length: count * 3 }, (_, i) =>
    i % 3 === Math.floor(i / 3) % 3 ? 0.8 : 0.1,
  )
  return promptFeatures(
    intents,
    3,
    Float32Array.from({ length: count * 2 }, () => gaussian(random)),
    2,
  )
}

const prompts = somePrompts(PROMPTS)
const promptNumber = fc.nat({ max: PROMPTS - 1 })
const name = fc.constantFrom(...MODELS.map(({ model }) => model))
const outcome: fc.Arbitrary<AbilityOutcome> = fc.record({
  prompt: promptNumber,
  model: name,
  quality: fc.constantFrom(0, 0.3, 1),
})
const comparison: fc.Arbitrary<AbilityComparison> = fc
  .record({ prompt: promptNumber, a: name, b: name, result: fc.constantFrom(0, 0.5, 1) })
  .filter(({ a, b }) => a !== b)
const evidence = fc.record({
  models: fc.constant(MODELS),
  prompts: fc.constant(prompts),
  outcomes: fc.array(outcome, { maxLength: 30 }),
  comparisons: fc.array(comparison, { maxLength: 30 }),
})

const expected = (given: AbilityEvidence, prompt = 0) =>
  predictAbility(fitAbility(given), given.prompts, prompt)
const nothing: AbilityEvidence = { models: MODELS, prompts, outcomes: [], comparisons: [] }

function close(a: Float64Array, b: Float64Array, within = 1e-6): void {
  for (const [i, value] of a.entries()) assert.ok(Math.abs(value - b[i]!) < within, `${a} ${b}`)
}

test('telling who was first and who second in a comparison is up to whoever writes it down', () => {
  fc.assert(
    fc.property(evidence, (given) => {
      const swapped = given.comparisons.map(({ prompt, a, b, result }) => ({
        prompt,
        a: b,
        b: a,
        result: 1 - result,
      }))
      const one = expected(given)
      const other = expected({ ...given, comparisons: swapped })
      close(one.mean, other.mean)
      close(one.sd, other.sd)
    }),
    { numRuns: 20 },
  )
})

test('two models that swap all their results swap their abilities', () => {
  fc.assert(
    fc.property(fc.array(comparison, { maxLength: 30 }), (comparisons) => {
      const other = (model: string) => (model === 'poet' ? 'clerk' : model === 'clerk' ? 'poet' : model)
      const swapped = comparisons.map((row) => ({ ...row, a: other(row.a), b: other(row.b) }))
      const one = expected({ ...nothing, comparisons })
      const two = expected({ ...nothing, comparisons: swapped })
      close(one.mean, two.mean.toReversed())
    }),
    { numRuns: 20 },
  )
})

test('the order of the rows does not matter', () => {
  fc.assert(
    fc.property(evidence, fc.nat(), (given, seed) => {
      const random = seededRandom(seed)
      const one = expected(given)
      const other = expected({
        ...given,
        outcomes: shuffle([...given.outcomes], random),
        comparisons: shuffle([...given.comparisons], random),
      })
      close(one.mean, other.mean)
      close(one.quality, other.quality)
    }),
    { numRuns: 20 },
  )
})

test('without evidence everything is as the prior has it', () => {
  const models = [{ model: 'clerk', prior: { mean: 0.7, sd: 0.2 } }, { model: 'poet' }]
  const plain = promptFeatures(new Float32Array(3), 3, new Float32Array(2), 2)
  const { mean, sd } = expected({ ...nothing, models, prompts: plain })
  close(mean, Float64Array.of(0.7, 0))
  assert.ok(Math.abs(sd[0]! - 0.2) < 1e-9, `${sd}`)
  assert.ok(sd[1]! > 0.5, `${sd}`)
})

test('a prior is believed while there is little evidence, and evidence in the end', () => {
  const models = [
    { model: 'clerk', prior: { mean: 2, sd: 0.5 } },
    { model: 'poet', prior: { mean: 0, sd: 0.5 } },
  ]
  const wins = (count: number) =>
    Array.from({ length: count }, (_, i) => ({ prompt: i % PROMPTS, a: 'poet', b: 'clerk', result: 1 }))
  const lead = (count: number) => {
    const { mean } = expected({ ...nothing, models, comparisons: wins(count) })
    return mean[1]! - mean[0]!
  }
  assert.ok(lead(1) < -0.5, `${lead(1)}`)
  assert.ok(lead(200) > 0.5, `${lead(200)}`)
})

test('one more win never lowers the winner nor lifts the loser', () => {
  fc.assert(
    fc.property(evidence, comparison, (given, { prompt, a, b }) => {
      const before = fitAbility(given)
      const after = updateAbility(before, prompts, { prompt, a, b, result: 1 })
      assert.ok(abilityOf(after, a, prompt) >= abilityOf(before, a, prompt))
      assert.ok(abilityOf(after, b, prompt) <= abilityOf(before, b, prompt))
    }),
    { numRuns: 20 },
  )
})

test('one more win never lowers the winner in a new fit at the same scales', () => {
  fc.assert(
    fc.property(evidence, comparison, (given, { prompt, a, b }) => {
      const wins = [...given.comparisons, { prompt, a, b, result: 1 }]
      const before = atFirstScales(given)
      const after = atFirstScales({ ...given, comparisons: wins })
      assert.ok(after(a, prompt) - before(a, prompt) > -1e-6)
      assert.ok(after(a, prompt) - after(b, prompt) > before(a, prompt) - before(b, prompt) - 1e-6)
    }),
    { numRuns: 50 },
  )
})

test('comparisons that contradict each other leave both models in the middle, and little known of them', () => {
  const prompt = 0
  const comparisons = Array.from({ length: 20 }, (_, i) => ({ prompt, a: 'clerk', b: 'poet', result: i % 2 }))
  const torn = expected({ ...nothing, comparisons })
  const untold = expected(nothing)
  assert.ok(Math.abs(torn.mean[0]! - torn.mean[2]!) < 1e-6, `${torn.mean}`)
  const agreed = expected({ ...nothing, comparisons: comparisons.map((row) => ({ ...row, result: 1 })) })
  assert.ok(agreed.mean[0]! - agreed.mean[2]! > 4 * torn.sd[0]! - 1, `${agreed.mean}`)
  assert.ok(torn.sd[0]! > untold.sd[0]! / 4, `${torn.sd} ${untold.sd}`)
})

test('a model that is good at one intent is expected to be good at it on other prompts, and unsure elsewhere', () => {
  const many = somePrompts(90)
  const outcomes = Array.from({ length: 60 }, (_, i) => [
    { prompt: i, model: 'poet', quality: i % 3 === 0 ? 1 : 0 },
    { prompt: i, model: 'clerk', quality: i % 3 === 0 ? 0 : 1 },
  ]).flat()
  const ability = fitAbility({ models: MODELS, prompts: many, outcomes, comparisons: [] })
  const verse = predictAbility(ability, many, 60).quality
  const sums = predictAbility(ability, many, 61).quality
  assert.ok(verse[2]! > 0.75 && verse[0]! < 0.25, `${verse}`)
  assert.ok(sums[2]! < 0.25 && sums[0]! > 0.75, `${sums}`)
  const { sd } = predictAbility(ability, many, 60)
  assert.ok(sd[1]! > 1.2 * sd[2]!, `${sd}`)
})

test('comparisons and outcomes speak of the same ability', () => {
  const outcomes = Array.from({ length: 60 }, (_, i) => ({
    prompt: i % PROMPTS,
    model: 'clerk',
    quality: i % 2,
  }))
  const comparisons = Array.from({ length: 40 }, (_, i) => ({
    prompt: i % PROMPTS,
    a: 'poet',
    b: 'clerk',
    result: i % 4 === 0 ? 0 : 1,
  }))
  const { quality } = expected({ ...nothing, outcomes, comparisons })
  assert.ok(quality[2]! > 0.6, `${quality}`)
})

test('updates one by one come near to a fit of everything', () => {
  const many = somePrompts(200)
  const random = seededRandom(3)
  const draw = (i: number) => {
    const model = MODELS[i % 3]!.model
    const chance = model === 'poet' ? 0.8 : model === 'clerk' ? 0.6 : 0.2
    return { prompt: i % 200, model, quality: random() < chance ? 1 : 0 }
  }
  const outcomes = Array.from({ length: 600 }, (_, i) => draw(i))
  const fit = (rows: readonly AbilityOutcome[]) =>
    fitAbility({ models: MODELS, prompts: many, outcomes: rows, comparisons: [] })
  const whole = predictAbility(fit(outcomes), many, 0).quality
  const grown = outcomes
    .slice(300)
    .reduce((ability, row) => updateAbility(ability, many, row), fit(outcomes.slice(0, 300)))
  close(predictAbility(grown, many, 0).quality, whole, 0.1)
})

test('an update leaves what it was given as it is', () => {
  const before = fitAbility(nothing)
  const copy = structuredClone(before)
  updateAbility(before, prompts, { prompt: 0, model: 'poet', quality: 1 })
  assert.deepEqual(before, copy)
})

test('one model with one row gives a fit that leans the right way', () => {
  const outcomes = [{ prompt: 0, model: 'poet', quality: 1 }]
  const { quality } = expected({ ...nothing, models: [{ model: 'poet' }], outcomes })
  assert.ok(quality[0]! > 0.5 && quality[0]! < 0.9, `${quality}`)
})

test('what is no evidence is refused, and the refusal says why', () => {
  const outcomeOf = (change: Partial<AbilityOutcome>): Partial<AbilityEvidence> => ({
    outcomes: [{ prompt: 0, model: 'poet', quality: 1, ...change }],
  })
  const comparisonOf = (change: Partial<AbilityComparison>): Partial<AbilityEvidence> => ({
    comparisons: [{ prompt: 0, a: 'poet', b: 'clerk', result: 1, ...change }],
  })
  const cases: readonly [Partial<AbilityEvidence>, RegExp][] = [
    [outcomeOf({ quality: Number.NaN }), /quality NaN/],
    [outcomeOf({ quality: 1.1 }), /quality 1.1/],
    [outcomeOf({ quality: -0.1 }), /quality -0.1/],
    [outcomeOf({ model: 'stranger' }), /stranger is not among/],
    [outcomeOf({ prompt: PROMPTS }), /no prompt 12/],
    [outcomeOf({ prompt: 0.5 }), /no prompt 0.5/],
    [comparisonOf({ result: 0.7 }), /result 0.7/],
    [comparisonOf({ a: 'clerk' }), /against itself/],
    [comparisonOf({ b: 'stranger' }), /stranger is not among/],
    [{ models: [...MODELS, MODELS[0]!] }, /listed twice/],
    [{ models: [{ model: 'poet', prior: { mean: 0, sd: 0 } }] }, /deviation 0/],
  ]
  for (const [change, message] of cases)
    assert.throws(
      () => fitAbility({ ...nothing, ...change }),
      (error) => error instanceof MeritorderError && message.test(error.message),
      String(message),
    )
  const ability = fitAbility(nothing)
  assert.throws(
    () => updateAbility(ability, prompts, { prompt: 0, model: 'poet', quality: 2 }),
    MeritorderError,
  )
  assert.throws(
    () => predictAbility(ability, promptFeatures(new Float32Array(3), 3, new Float32Array(1), 1), 0),
    MeritorderError,
  )
  assert.throws(() => promptFeatures(Float32Array.of(Number.NaN), 1, new Float32Array(0), 0), MeritorderError)
  assert.throws(() => promptFeatures(new Float32Array(3), 3, new Float32Array(3), 2), MeritorderError)
})

function abilityOf(ability: Ability, model: string, prompt: number): number {
  return predictAbility(ability, prompts, prompt).mean[MODELS.findIndex((one) => one.model === model)]!
}

/** Abilities when no scale is learned. */
function atFirstScales(given: AbilityEvidence): (model: string, prompt: number) => number {
  const width = rowWidth(prompts)
  const start = new Float64Array((MODELS.length + 1) * width)
  const { coefficients } = settle(layOut(given), priorAt(FIRST_SCALES, MODELS, prompts), start)
  return (model, prompt) =>
    dotRow(prompts, prompt, coefficients, MODELS.findIndex((one) => one.model === model) * width) -
    dotRow(prompts, prompt, coefficients, MODELS.length * width)
}
