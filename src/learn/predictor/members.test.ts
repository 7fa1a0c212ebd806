import assert from 'node:assert/strict'
import { test } from 'node:test'
import { kindProbabilities } from '../../decide/predictor/kinds.ts'
import { nearest, sayOfNeighbours } from '../../decide/predictor/neighbours.ts'
import { INTENTS } from '../../understand/intent-names.ts'
import { SHAPE_WIDTH } from '../../understand/text-shape.ts'
import { seededRandom } from '../random.ts'
import { fitKinds } from './kinds.ts'
import { PARTS, type PromptViews, type Residuals } from './member.ts'
import { fitNeighbours } from './neighbours.ts'
import { fitRidge } from './ridge.ts'
import { fitSoftTable } from './soft-table.ts'

const MODELS = 2

/** Prompts of two kinds, told apart by intent and by place; model 0 is better on the first kind, model 1 on the second. */
function twoKinds(count: number, seed: number): { views: PromptViews; residuals: Residuals } {
  const random = seededRandom(seed)
  const intents = new Float32Array(count * INTENTS.length)
  const coordinates = new Float32Array(count * 8)
  const values = new Float64Array(count * MODELS)
  for (let i = 0; i < count; i++) {
    const kind = i % 2
    intents[i * INTENTS.length + kind] = 1
    const place = [kind === 0 ? 1 : 0.1, kind === 1 ? 1 : 0.1, 0.2 * random(), 0]
    coordinates.set(
      place.map((value) => value / Math.hypot(...place)),
      i * 8,
    )
    const lead = kind === 0 ? 0.3 : -0.3
    values[i * MODELS] = lead + 0.3 * (random() - 0.5)
    values[i * MODELS + 1] = -lead + 0.3 * (random() - 0.5)
  }
  const shape = new Float32Array(count * SHAPE_WIDTH)
  const part = Int32Array.from({ length: count }, (_, i) => Math.floor(i / 2) % PARTS)
  return {
    views: { count, intents, coordinates, directions: 8, shape },
    residuals: { models: MODELS, values, part },
  }
}

/** Every member as something that speaks about one more prompt. */
const fits = {
  fitSoftTable: (views: PromptViews, residuals: Residuals) => {
    const { heldOut, fitted } = fitSoftTable(views.intents, INTENTS.length, residuals)
    return { heldOut, say: (asked: PromptViews, i: number) => product(intentsOf(asked, i), fitted) }
  },
  fitNeighbours: (views: PromptViews, residuals: Residuals) => {
    const { heldOut, fitted } = fitNeighbours(views, residuals, seededRandom(9))
    const say = (asked: PromptViews, i: number) =>
      sayOfNeighbours(fitted.index, nearest(fitted.index, coordinatesOf(asked, i)), MODELS).say
    return { heldOut, say }
  },
  fitRidge: (views: PromptViews, residuals: Residuals) => {
    const { heldOut, fitted } = fitRidge(views, residuals)
    return { heldOut, say: (asked: PromptViews, i: number) => product(coordinatesOf(asked, i), fitted) }
  },
  fitKinds: (views: PromptViews, residuals: Residuals) => {
    const tasks = Array.from({ length: views.count }, (_, i) => `kind ${i % 2}`)
    const { heldOut, fitted } = fitKinds(views, tasks, residuals)!
    const say = (asked: PromptViews, i: number) => {
      const shape = asked.shape.subarray(i * SHAPE_WIDTH, (i + 1) * SHAPE_WIDTH)
      const traits = { coordinates: coordinatesOf(asked, i), votes: new Float32Array(0), shape }
      return product(kindProbabilities(fitted.kinds, traits, intentsOf(asked, i)), fitted.kinds.table)
    }
    return { heldOut, say }
  },
}

function intentsOf({ intents }: PromptViews, i: number): Float32Array {
  return intents.subarray(i * INTENTS.length, (i + 1) * INTENTS.length)
}

function coordinatesOf({ coordinates, directions }: PromptViews, i: number): Float32Array {
  return coordinates.subarray(i * directions, (i + 1) * directions)
}

function product(row: Float32Array, table: Float32Array): Float64Array {
  const out = new Float64Array(MODELS)
  for (const [r, value] of row.entries())
    for (let m = 0; m < MODELS; m++) out[m]! += value * table[r * MODELS + m]!
  return out
}

for (const [name, fit] of Object.entries(fits)) {
  test(`${name} sees which model is better on which kind of prompt`, () => {
    const { views, residuals } = twoKinds(600, 1)
    const { say } = fit(views, residuals)
    const asked = twoKinds(2, 2).views
    const [first, second] = [say(asked, 0), say(asked, 1)]
    assert.ok(first[0]! > 0.15 && first[1]! < -0.15, `${first}`)
    assert.ok(second[0]! < -0.15 && second[1]! > 0.15, `${second}`)
  })

  test(`what ${name} says of a prompt it was fitted on does not depend on that prompt's outcomes`, () => {
    const { views, residuals } = twoKinds(300, 3)
    const changed = residuals.values.slice()
    changed[0] = -0.2
    const before = fit(views, residuals).heldOut
    const after = fit(views, { ...residuals, values: changed }).heldOut
    assert.ok(Math.abs(before[0]! - after[0]!) < 1e-6, `${before[0]} ${after[0]}`)
  })

  test(`${name} says nothing of a model without any outcome`, () => {
    const { views, residuals } = twoKinds(100, 4)
    const values = residuals.values.map((value, cell) => (cell % MODELS === 1 ? Number.NaN : value))
    const { say, heldOut } = fit(views, { ...residuals, values })
    assert.equal(say(views, 0)[1], 0)
    assert.equal(heldOut[1], 0)
  })
}
