import assert from 'node:assert/strict'
import { test } from 'node:test'
import { validatorOf, withoutSpecs } from '../../../test/openapi-schema.ts'
import { SAMPLE_PRIOR, UNTRIED } from '../../../test/sample-market.ts'
import { loadCatalog } from '../../artifacts.ts'
import { compileCandidates } from '../../decide/candidates.ts'
import { modelListOf, offerAt } from './model-list.ts'
import { publicEndpoint } from './public-endpoint.ts'

const NOW = Date.parse('2026-07-02')
const table = compileCandidates({ catalog: loadCatalog(), health: () => UNTRIED }, SAMPLE_PRIOR)
const everything = new URLSearchParams()

test('the whole shipped catalog is listed as OpenRouter’s schema has it, every model and endpoint', {
  skip: withoutSpecs,
}, () => {
  const { bytes } = modelListOf(table).page('/v1/models', everything, 'all', NOW)
  const list = JSON.parse(bytes.toString('utf8')) as { data: unknown[]; total_count: number }
  assert.equal(list.data.length, table.models.length + 1)
  assert.equal(list.total_count, list.data.length)
  validatorOf('openrouter', 'ModelsListResponse')(list)
  const validate = validatorOf('openrouter', 'PublicEndpoint')
  for (const e of table.endpoints.keys()) {
    const endpoint = offerAt(table, e)
    const model = table.models[table.model[e]!]!
    const provider = table.providers[table.provider[e]!]!
    const live = { endpoint, model, provider, health: UNTRIED, statistics: undefined }
    // The schema lists the names of OpenRouter's own providers; its clients take any.
    validate({ ...publicEndpoint(live, NOW), provider_name: 'OpenAI' })
  }
})

test('a market’s list is written once', () => {
  const first = modelListOf(table).page('/v1/models', everything, 'all', NOW)
  assert.equal(modelListOf(table).page('/v1/models', everything, 'all', NOW + 1), first)
  assert.notEqual(modelListOf(table).page('/v1/models', everything, 'text', NOW).etag, first.etag)
})

test('models that make vectors or rank are told apart from those that make text', () => {
  const list = modelListOf(table)
  const counted = (outputs: string) =>
    list.count(new URLSearchParams({ output_modalities: outputs }), 'all', NOW)
  assert.deepEqual(list.find('openai/text-embedding-3-small')?.architecture.output_modalities, ['embeddings'])
  assert.deepEqual(list.find('cohere/rerank-v3.5')?.architecture.output_modalities, ['rerank'])
  assert.deepEqual(list.find('openai/text-embedding-3-small')?.supported_parameters, [])
  assert.ok(counted('embeddings') > 30 && counted('rerank') > 8)
  assert.ok(counted('text') > 1000)
})
