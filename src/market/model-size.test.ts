import assert from 'node:assert/strict'
import test from 'node:test'
import { createModelIndex } from './canonical-model.ts'
import { readEcologitsSizes } from './ecologits-sizes.ts'
import { assumedSize, statedSize } from './model-size.ts'

const stated = (slug: string) => {
  const size = statedSize(slug)
  return size && [size.totalParameters.low, size.activeParameters.low]
}

test('sizes are read from names: dense, sparse, small', () => {
  assert.deepEqual(stated('meta-llama/llama-3.3-70b-instruct'), [70, 70])
  assert.deepEqual(stated('qwen/qwen3-30b-a3b-instruct-2507'), [30, 3])
  assert.deepEqual(stated('qwen/qwen3-0.6b'), [0.6, 0.6])
  assert.deepEqual(stated('acme/tiny-350m'), [0.35, 0.35])
})

test('mixtures of experts of the Mixtral kind come close to their published sizes', () => {
  const [total = 0, active = 0] = stated('mistralai/mixtral-8x22b-instruct') ?? []
  assert.ok(Math.abs(total - 140.6) < 5 && Math.abs(active - 39.1) < 1)
})

test('model cards count more than names that tell half', () => {
  assert.deepEqual(stated('openai/gpt-oss-120b'), [116.8, 5.1])
  assert.deepEqual(stated('openai/gpt-oss-120b:thinking'), [116.8, 5.1])
})

test('names without a size, and versions that look like one, state none', () => {
  for (const slug of ['openai/gpt-4o', 'z-ai/glm-5', 'minimax/minimax-m2.5', 'constructor', '8b/acme'])
    assert.equal(statedSize(slug), undefined, slug)
})

test('an assumed size follows the size word, but not letters inside another word', () => {
  const low = (slug: string) =>
    assumedSize({ slug, name: '', openWeights: false, reasoning: false }).activeParameters.low
  assert.equal(low('google/gemini-9'), 30)
  assert.equal(low('minimax/minimax-9'), 30)
  assert.equal(low('acme/one-mini'), 8)
  assert.equal(low('acme/one-flash-lite'), 8)
  assert.equal(low('acme/one-pro'), 100)
})

test("EcoLogits' list is matched to slugs, estimates as ranges, and refused in another form", () => {
  const index = createModelIndex(['openai/gpt-4o', 'mistralai/mixtral-8x7b-instruct'])
  const entry = (provider: string, name: string, parameters: unknown) => ({
    type: 'model',
    provider,
    name,
    architecture: { type: 'moe', parameters },
  })
  const list = [
    entry('openai', 'gpt-4o', { total: 440, active: { min: 44, max: 132 } }),
    entry('huggingface_hub', 'mistralai/Mixtral-8x7B-Instruct', { total: 46.7, active: 12.9 }),
    entry('openai', 'gpt-unheard-of', 5),
  ]
  assert.deepEqual(
    [...readEcologitsSizes({ models: list }, index)],
    [
      [
        'openai/gpt-4o',
        { activeParameters: { low: 44, high: 132 }, totalParameters: { low: 440, high: 440 } },
      ],
      [
        'mistralai/mixtral-8x7b-instruct',
        { activeParameters: { low: 12.9, high: 12.9 }, totalParameters: { low: 46.7, high: 46.7 } },
      ],
    ],
  )
  assert.throws(
    () => readEcologitsSizes({ models: [entry('openai', 'gpt-4o', 'large')] }, index),
    /architecture/,
  )
})
