import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseUsd } from '../money.ts'
import { perToken, practiceCatalog, practiceSpeed } from './practice-market.ts'

const catalog = practiceCatalog('http://127.0.0.1:9')
/** Vectors and rankings have no completion to be paid for. */
const isWork = (model: string) => /embedding|rerank/.test(model)

test('every practice provider says by name and flag that it is simulated, and needs no key', () => {
  assert.equal(catalog.providers.length, 5)
  for (const { slug, simulated, keyVariables, baseUrl } of catalog.providers) {
    assert.match(slug, /^simulated-/)
    assert.equal(simulated, true)
    assert.deepEqual(keyVariables, [])
    assert.equal(baseUrl, `http://127.0.0.1:9/${slug}/v1`)
  }
})

test('endpoints are unique, priced, and refer to providers and models of the catalog', () => {
  assert.equal(new Set(catalog.endpoints.map(({ id }) => id)).size, catalog.endpoints.length)
  for (const { id, provider, model, upstreamModel, price } of catalog.endpoints) {
    assert.equal(id, `${provider}/${upstreamModel}`)
    assert.ok(catalog.providers.some(({ slug }) => slug === provider))
    assert.ok(
      catalog.models.some(({ slug }) => slug === model),
      model,
    )
    const { prompt = '0', completion = '0', request = '0' } = price ?? {}
    assert.ok(parseUsd(prompt) + parseUsd(request) > 0n && (isWork(model) || parseUsd(completion) > 0n))
  }
  for (const { slug } of catalog.models)
    assert.ok(
      catalog.endpoints.some(({ model }) => model === slug),
      slug,
    )
})

test('some models are sold by several providers at different prices', () => {
  const offers = catalog.endpoints.filter(({ model }) => model === 'meta-llama/llama-3.3-70b-instruct')
  assert.equal(offers.length, 5)
  assert.ok(new Set(offers.map(({ price }) => price?.prompt)).size >= 4)
})

test('prices per token are exact', () => {
  assert.equal(perToken('0.135'), '0.000000135')
  assert.equal(perToken('10'), '0.00001')
})

test('endpoints differ in speed and keep it', () => {
  const speeds = catalog.endpoints.map(
    (one) => practiceSpeed(one.provider, one.upstreamModel).firstByteMs.median,
  )
  assert.equal(new Set(speeds).size, speeds.length)
  assert.deepEqual(practiceSpeed('simulated-atlas', 'gpt-5'), practiceSpeed('simulated-atlas', 'gpt-5'))
})
