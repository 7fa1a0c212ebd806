import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parsePolicy } from './policy-schema.ts'

test('a policy of the user’s own is read, with defaults for what it leaves out', () => {
  assert.deepEqual(parsePolicy({ quality_band: 0.2, weights: { carbon_kg: 0.1 } }, 'green'), {
    name: 'green',
    version: 1,
    qualityBand: 0.2,
    weights: { quality: 0, costUsd: 1, latencySeconds: 0, carbonKg: 0.1 },
  })
  assert.equal(parsePolicy(null, 'plain').qualityBand, 0.05)
})

test('what is wrong is named by its place in the file', () => {
  assert.throws(() => parsePolicy({ quality_band: 2 }, 'mine'), /policy\.policies\.mine\.quality_band/)
  assert.throws(() => parsePolicy({ wieghts: {} }, 'mine'), /wieghts/)
  assert.throws(() => parsePolicy('cheap', 'mine'), /policy\.policies\.mine/)
})
