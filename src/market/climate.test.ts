import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { carbonGrams, ELECTRICITY_KG_PER_KWH } from './climate.ts'
import type { Model } from './offer.ts'

const sized = (low: number, high: number, total: number): Model => ({
  slug: 'acme/one',
  name: 'One',
  openWeights: true,
  reasoning: false,
  activeParameters: { low, high },
  totalParameters: { low: total, high: total },
})

test('a dense 70 B model comes out as the formula does by hand', () => {
  // GPU: 1.16653e-6 × e^(-0.717179) × 70 + 4.05293e-5 = 8.03884e-5 Wh per token and GPU.
  // t = 0.0474956 + 0.0199636 + 0.0194737 = 0.0869329 s; G = 168 GB / 80 GB → 3 → 4.
  // Server: 0.0869329 / 3600 × 1.2 × 4 / 8 / 64 kWh = 2.26388e-7 kWh; GPUs: 4 × 8.03884e-8 = 3.21554e-7 kWh.
  // Usage: 1.09 × 5.47942e-7 × 473.01 g = 2.82506e-4 g (1.14: 2.95465e-4 g).
  // Embodied: 0.0869329 × (2850 + 656) / (94,608,000 × 64) kg = 5.03377e-5 g.
  const { low, high, mid } = carbonGrams(sized(70, 70, 70), 1000)
  assert.ok(Math.abs(low - 0.332844) < 1e-5, String(low))
  assert.ok(Math.abs(high - 0.345803) < 1e-5, String(high))
  assert.equal(mid, (low + high) / 2)
})

test('the footprint is proportional to the tokens and grows with the model', () => {
  const one = carbonGrams(sized(8, 8, 8), 1)
  const thousand = carbonGrams(sized(8, 8, 8), 1000)
  assert.ok(Math.abs(thousand.mid - 1000 * one.mid) < 1e-12)
  assert.ok(carbonGrams(sized(32, 32, 1000), 1).mid > carbonGrams(sized(32, 32, 100), 1).mid)
  assert.ok(carbonGrams(sized(32, 64, 100), 1).high > carbonGrams(sized(32, 32, 100), 1).high)
  assert.equal(carbonGrams(sized(8, 8, 8), 0).mid, 0)
})

test('clean electricity leaves what the hardware cost to make', () => {
  const world = carbonGrams(sized(8, 8, 8), 1000)
  const sweden = carbonGrams(sized(8, 8, 8), 1000, 'SWE')
  assert.ok(sweden.low < world.low && sweden.low > 0)
})

test('a model of unknown size gets a wide range, narrower where its name has a size word', () => {
  const named = (slug: string) => carbonGrams({ slug, name: 'x', openWeights: false, reasoning: false }, 1000)
  const frontier = named('acme/gemini-omega')
  assert.ok(frontier.high > 2 * frontier.low)
  assert.ok(named('acme/omega-mini').high < frontier.high)
  assert.ok(named('acme/omega-opus').high > frontier.high)
})

const file = join(process.env.MERITORDER_DATA ?? '../shared/data', 'electricity-mixes.csv')
const missing = existsSync(file) ? false : `no ${file}: set MERITORDER_DATA`

test("the electricity mixes are EcoLogits' figures", { skip: missing }, () => {
  const [header = '', ...rows] = readFileSync(file, 'utf8').trim().split('\n')
  const column = header.split(',').indexOf('gwp')
  const figures = new Map(rows.map((row) => [row.split(',')[0], Number(row.split(',')[column])]))
  for (const [zone, kgPerKwh] of Object.entries(ELECTRICITY_KG_PER_KWH))
    assert.equal(figures.get(zone), kgPerKwh)
})
