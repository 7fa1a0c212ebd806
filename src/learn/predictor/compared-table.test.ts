import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { seededRandom } from '../random.ts'
import type { Compared } from './compared.ts'
import { withComparisons } from './compared-table.ts'

const MODELS = 3
/** Above its mean, by class and model. */
const TRUTH = [
  [0.2, -0.2, 0],
  [-0.2, 0.2, 0],
]
const EQUAL = { scale: 1, standing: new Float64Array(MODELS).fill(0.5) }

function untold(weight = 20) {
  return { values: new Float64Array(2 * MODELS), weight: new Float64Array(2 * MODELS).fill(weight) }
}

function draw(count: number): Compared[] {
  const random = seededRandom(4)
  return Array.from({ length: count }, () => {
    const intent = random() < 0.5 ? 0 : 1
    const a = Math.floor(random() * MODELS)
    const b = (a + 1 + Math.floor(random() * (MODELS - 1))) % MODELS
    const isRight = (m: number) => (random() < 0.5 + TRUTH[intent]![m]! ? 1 : 0)
    return { a, b, result: isRight(a) - isRight(b), intents: [{ intent, p: 1 }] }
  })
}

const lead = (values: Float64Array, intent: number, a: number, b: number) =>
  values[intent * MODELS + a]! - values[intent * MODELS + b]!

test('who is good at what is learned from comparisons alone, and drawn towards nothing where they are few', () => {
  const of = (count: number) => withComparisons(untold(), MODELS, { compared: draw(count), means: EQUAL })
  const [few, many] = [of(10), of(4_000)]
  assert.ok(
    Math.abs(lead(many, 0, 0, 1) - 0.4) < 0.06 && Math.abs(lead(many, 1, 0, 1) + 0.4) < 0.06,
    `${many}`,
  )
  assert.ok(Math.max(...few.map(Math.abs)) < 0.1, `${few}`)
})

test('a cell with many outcomes is hardly moved', () => {
  const many = withComparisons(untold(20_000), MODELS, { compared: draw(200), means: EQUAL })
  assert.ok(Math.max(...many.map(Math.abs)) < 0.01, `${many}`)
})

test('comparisons that the means explain, or whose prompts are not known, change nothing', () => {
  const compared = draw(200).map((one) => ({ ...one, intents: [] }))
  assert.deepEqual(withComparisons(untold(), MODELS, { compared, means: EQUAL }), untold().values)
  const explained = draw(50).map((one) => ({ ...one, a: 0, b: 1, result: 1 }))
  const means = { scale: 1, standing: Float64Array.of(1, 0, 0.5) }
  assert.deepEqual(withComparisons(untold(), MODELS, { compared: explained, means }), untold().values)
})

test('one more win never lowers the lead of the winner on such prompts', () => {
  const shares = fc.double({ min: 0, max: 0.5, noNaN: true })
  const pair = fc
    .record({
      a: fc.nat(2),
      step: fc.integer({ min: 1, max: 2 }),
      result: fc.constantFrom(1, 0, -1),
      p: shares,
      q: shares,
    })
    .map(
      ({ a, step, result, p, q }): Compared => ({
        a,
        b: (a + step) % MODELS,
        result,
        intents: [
          { intent: 0, p },
          { intent: 1, p: q },
        ],
      }),
    )
  fc.assert(
    fc.property(fc.array(pair, { maxLength: 40 }), pair, (all, one) => {
      const leadAfter = (result: number) => {
        const values = withComparisons(untold(), MODELS, {
          compared: [...all, { ...one, result }],
          means: EQUAL,
        })
        return one.intents.reduce((sum, { intent, p }) => sum + p * lead(values, intent, one.a, one.b), 0)
      }
      // Conjugate gradients stop at a thousandth.
      assert.ok(leadAfter(1) >= leadAfter(0) - 1e-3)
      assert.ok(leadAfter(0) >= leadAfter(-1) - 1e-3)
    }),
  )
})
