import assert from 'node:assert/strict'
import { test } from 'node:test'
import { endpoint } from '../../test/sample-market.ts'
import { loadCatalog } from '../artifacts.ts'
import { outputModalities } from './output-modalities.ts'

const madeBy = (upstreamModel: string) =>
  outputModalities(endpoint(`host/${upstreamModel}`, `lab/${upstreamModel}`))

test('models that make vectors or rank are known by their names', () => {
  const embedders = [
    'text-embedding-3-small',
    'bge-m3',
    'e5-large-v2',
    'gte-large-en-v1.5',
    'voyage-3.5-lite',
    'nomic-embed-text',
    'all-MiniLM-L6-v2',
    'Qwen/Qwen3-Embedding-8B',
    'amazon.titan-embed-text-v2:0',
  ]
  for (const name of embedders) assert.deepEqual(madeBy(name), ['embeddings'], name)
  const rankers = [
    'bge-reranker-v2-m3',
    'cohere.rerank-v3-5:0',
    'Qwen/Qwen3-Reranker-4B',
    'voyage/rerank-2.5',
    'jina-colbert-v2',
  ]
  for (const name of rankers) assert.deepEqual(madeBy(name), ['rerank'], name)
})

test('nothing in the catalog that calls tools or reasons is taken for one', () => {
  for (const one of loadCatalog().endpoints) {
    const [made] = outputModalities(one)
    if (made === 'embeddings' || made === 'rerank')
      assert.ok(!one.supports.tools && !one.supports.reasoning, one.id)
  }
})
