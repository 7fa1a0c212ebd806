import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sampleCall } from '../../test/record-sample.ts'
import { fromRow, toRow } from './generation-row.ts'

/** The row as a driver hands it out: dates as Date, jsonb parsed, numeric with all of its decimals. */
function asRead(row: ReturnType<typeof toRow>) {
  const cost = row.cost_usd === null ? null : Number(row.cost_usd).toFixed(15)
  return {
    ...row,
    created_at: new Date(row.created_at),
    cost_usd: cost,
    error: row.error === null ? null : JSON.parse(row.error),
    usage: JSON.parse(row.usage),
    intents: JSON.parse(row.intents),
    tags: JSON.parse(row.tags),
  }
}

test('a generation comes back from its row as it was', () => {
  const { generation } = sampleCall({ id: 'gen-1' })
  assert.deepEqual(fromRow(asRead(toRow(generation))), generation)
})

test('a generation that nobody answered comes back as it was', () => {
  const { generation } = sampleCall({
    id: 'gen-2',
    generation: {
      model: null,
      provider: null,
      endpoint: null,
      outcome: 'failed',
      finishReason: null,
      error: { code: 'provider_unavailable', message: 'nobody answered' },
      costUsd: null,
      baseline: null,
      carbonGrams: null,
      carbonLowGrams: null,
      carbonHighGrams: null,
      firstByteMs: null,
    },
  })
  assert.deepEqual(fromRow(asRead(toRow(generation))), generation)
})

test('a record from a program that knew less is read, with what it did not know left open', () => {
  const generation = fromRow(asRead(toRow({ id: 'gen-3', createdAt: 1000, model: 'acme/one' })))
  assert.equal(generation.createdAt, 1000)
  assert.equal(generation.model, 'acme/one')
  assert.equal(generation.costUsd, null)
  assert.equal(generation.usage.estimated, true)
  assert.deepEqual(generation.tags, {})
})

test('usage from a program that counted fewer kinds of tokens has zero for the others', () => {
  const { generation } = sampleCall({ id: 'gen-4' })
  const row = { ...asRead(toRow(generation)), usage: { promptTokens: 7 } }
  assert.equal(fromRow(row).usage.promptTokens, 7)
  assert.equal(fromRow(row).usage.cacheWriteTokens, 0)
})
