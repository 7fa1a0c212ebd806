import assert from 'node:assert/strict'
import { test } from 'node:test'
import { INTENTS } from '../understand/intent-names.ts'
import { fitIntentTable } from './intent-table.ts'
import { type Member, PARTS, type PromptViews, type Residuals } from './member.ts'
import { fitNeighbours } from './neighbours.ts'
import { seededRandom } from './random.ts'
import { fitRidge } from './ridge.ts'
import { SHAPE_WIDTH } from './text-shape.ts'

const MODELS = 2

/** Prompts of two kinds, told apart by intent and by place; model 0 is better on the first kind, model 1 on the second. */
function twoKinds(count: number, seed: number): { views: PromptViews; residuals: Residuals } {
  const random = seededRandom(seed)
  const intents = new Float32Array(count * INTENTS.length)
  const latent = new Float32Array(count * 3)
  const values = new Float64Array(count * MODELS)
  for (let i = 0; i < count; i++) {
    const kind = i % 2
    intents[i * INTENTS.length + kind] = 1
    latent.set([kind === 0 ? 1 : 0.1, kind === 1 ? 1 : 0.1, 0.2 * random()], i * 3)
    const lead = kind === 0 ? 0.3 : -0.3
    values[i * MODELS] = lead + 0.3 * (random() - 0.5)
    values[i * MODELS + 1] = -lead + 0.3 * (random() - 0.5)
  }
  const shape = new Float32Array(count * SHAPE_WIDTH)
  const part = Int32Array.from({ length: count }, (_, i) => Math.floor(i / 2) % PARTS)
  return {
    views: { count, intents, latent, directions: 3, shape },
    residuals: { models: MODELS, values, part },
  }
}

const fits = { fitIntentTable, fitNeighbours, fitRidge }

for (const [name, fit] of Object.entries(fits)) {
  test(`${name} sees which model is better on which kind of prompt`, () => {
    const { views, residuals } = twoKinds(600, 1)
    const said = fit(views, residuals).predict(twoKinds(2, 2).views)
    assert.ok(said[0]! > 0.15 && said[1]! < -0.15, `${said}`)
    assert.ok(said[2]! < -0.15 && said[3]! > 0.15, `${said}`)
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
    const member: Member = fit(views, { ...residuals, values })
    assert.equal(member.predict(views)[1], 0)
    assert.equal(member.heldOut[1], 0)
  })
}
