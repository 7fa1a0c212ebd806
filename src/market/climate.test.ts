import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { carbonGrams } from './climate.ts'
import { ELECTRICITY_KG_PER_KWH, electricityOf } from './electricity-mixes.ts'
import type { Model } from './offer.ts'
import { siteOf } from './site.ts'

const sized = (low: number, high: number, total: number): Model => ({
  slug: 'acme/one',
  name: 'One',
  openWeights: true,
  reasoning: false,
  activeParameters: { low, high },
  totalParameters: { low: total, high: total },
})

const ANYWHERE = siteOf('acme', undefined)

test('a dense 70 B model comes out as the formula does by hand', () => {
  // GPU: 1.16653e-6 × e^(-0.717179) × 70 + 4.05293e-5 = 8.03884e-5 Wh per token and GPU.
  // t = 0.0474956 + 0.0199636 + 0.0194737 = 0.0869329 s; G = 168 GB / 80 GB → 3 → 4.
  // Server: 0.0869329 / 3600 × 1.2 × 4 / 8 / 64 kWh = 2.26388e-7 kWh; GPUs: 4 × 8.03884e-8 = 3.21554e-7 kWh.
  // Usage: 1.09 × 5.47942e-7 × 473.01 g = 2.82506e-4 g (1.14: 2.95465e-4 g).
  // Embodied: 0.0869329 × (2850 + 656) / (94,608,000 × 64) kg = 5.03377e-5 g.
  const { low, high, mid } = carbonGrams(sized(70, 70, 70), 1000, ANYWHERE)
  assert.ok(Math.abs(low - 0.332844) < 1e-5, String(low))
  assert.ok(Math.abs(high - 0.345803) < 1e-5, String(high))
  assert.equal(mid, (low + high) / 2)
})

/** What `llm_impacts` of ecologits 0.9.1 (commit 2d0a1c7) says in g, given the parameters of its model list. */
const ECOLOGITS: readonly (readonly [
  model: Model,
  tokens: number,
  provider: string,
  places: readonly string[] | undefined,
  low: number,
  high: number,
])[] = [
  [sized(44, 132, 440), 1000, 'openai', undefined, 0.9756666684, 1.7692330123],
  [sized(44, 132, 440), 1000, 'anthropic', undefined, 0.9009420474, 1.6957104932],
  [sized(200, 600, 2000), 400, 'anthropic', ['FR'], 0.9799596332, 2.5224025766],
  [sized(123, 123, 123), 300, 'mistral', undefined, 0.0308503275, 0.0308503275],
  [sized(44, 132, 440), 1000, 'google', undefined, 0.9009420474, 1.6344417274],
  [sized(70.55, 70.55, 70.55), 1000, 'acme', undefined, 0.3342079533, 0.3472196391],
  [sized(12.9, 12.9, 46.7), 1000, 'acme', ['CH'], 0.0202749204, 0.0205649697],
  [sized(8.03, 8.03, 8.03), 1000, 'acme', ['PL'], 0.0563191681, 0.0586045649],
]

test('the estimates are within 1 % of what EcoLogits itself computes', () => {
  for (const [model, tokens, provider, places, low, high] of ECOLOGITS) {
    const ours = carbonGrams(model, tokens, siteOf(provider, places))
    assert.ok(Math.abs(ours.low / low - 1) < 0.01, `${provider}: ${ours.low} for ${low}`)
    assert.ok(Math.abs(ours.high / high - 1) < 0.01, `${provider}: ${ours.high} for ${high}`)
  }
})

test('the footprint is proportional to the tokens and grows with the model', () => {
  const one = carbonGrams(sized(8, 8, 8), 1, ANYWHERE)
  const thousand = carbonGrams(sized(8, 8, 8), 1000, ANYWHERE)
  assert.ok(Math.abs(thousand.mid - 1000 * one.mid) < 1e-12)
  assert.ok(
    carbonGrams(sized(32, 32, 1000), 1, ANYWHERE).mid > carbonGrams(sized(32, 32, 100), 1, ANYWHERE).mid,
  )
  assert.ok(
    carbonGrams(sized(32, 64, 100), 1, ANYWHERE).high > carbonGrams(sized(32, 32, 100), 1, ANYWHERE).high,
  )
  assert.equal(carbonGrams(sized(8, 8, 8), 0, ANYWHERE).mid, 0)
})

test('clean electricity leaves what the hardware cost to make', () => {
  const world = carbonGrams(sized(8, 8, 8), 1000, ANYWHERE)
  const sweden = carbonGrams(sized(8, 8, 8), 1000, siteOf('acme', ['SE']))
  assert.ok(sweden.low < world.low && sweden.low > 0)
})

test('where several regions are possible the bounds span their electricity', () => {
  const both = carbonGrams(sized(8, 8, 8), 1000, siteOf('acme', ['PL', 'SE']))
  assert.equal(both.low, carbonGrams(sized(8, 8, 8), 1000, siteOf('acme', ['SE'])).low)
  assert.equal(both.high, carbonGrams(sized(8, 8, 8), 1000, siteOf('acme', ['PL'])).high)
  // The cleanest and the dirtiest grids of the Union; Croatia, which has no row, counts as the world.
  assert.deepEqual(electricityOf(['EU']), { low: 0.03582, high: 0.61498 })
})

test('an unknown region, and a country without figures, have the electricity of the world', () => {
  assert.deepEqual(electricityOf(undefined), { low: 0.47301, high: 0.47301 })
  assert.deepEqual(electricityOf(['SG']), { low: 0.47301, high: 0.47301 })
})

test('a model of unknown size gets a wide range, narrower where its name has a size word', () => {
  const named = (slug: string) =>
    carbonGrams({ slug, name: 'x', openWeights: false, reasoning: false }, 1000, ANYWHERE)
  const frontier = named('acme/gemini-omega')
  assert.ok(frontier.high > 2 * frontier.low)
  assert.ok(named('acme/omega-mini').high < frontier.high)
  assert.ok(named('acme/omega-opus').high > frontier.high)
})

const file = join(process.env.MERITORDER_DATA ?? '../shared/data', 'electricity-mixes.csv')
const missing = existsSync(file) ? false : `no ${file}: set MERITORDER_DATA`

test("the electricity mixes are EcoLogits' figures, all of them", { skip: missing }, () => {
  const [header = '', ...rows] = readFileSync(file, 'utf8').trim().split('\n')
  const column = header.split(',').indexOf('gwp')
  const figures = new Map(rows.map((row) => [row.split(',')[0], Number(row.split(',')[column])]))
  assert.deepEqual(
    new Map(Object.values(ELECTRICITY_KG_PER_KWH)),
    new Map([...figures].filter(([row]) => row !== 'WOR')),
  )
  assert.equal(electricityOf(undefined).low, figures.get('WOR'))
})
