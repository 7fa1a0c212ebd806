import assert from 'node:assert/strict'
import { test } from 'node:test'
import { priceFrom, priceSchema } from './price-schema.ts'

const read = (price: unknown) => priceFrom(priceSchema.parse(price))

test('prices as people write them, per million tokens, become exact decimals per token', () => {
  assert.deepEqual(
    read({
      prompt: 3,
      completion: 15,
      cache_read: 0.3,
      cache_write: 3.75,
      cache_write_1h: 6,
      audio_input: 1,
      image_output: 30,
      reasoning: 0.1,
      request: 0.005,
      web_search: 0.01,
    }),
    {
      prompt: '0.000003',
      completion: '0.000015',
      cacheRead: '0.0000003',
      cacheWrite: '0.00000375',
      cacheWrite1h: '0.000006',
      audioInput: '0.000001',
      imageOutput: '0.00003',
      reasoning: '0.0000001',
      request: '0.005',
      webSearch: '0.01',
    },
  )
})

test('tiers are put in order, hours kept as they are', () => {
  const { tiers, hours } = read({
    prompt: 1,
    completion: 2,
    tiers: [
      { above_tokens: 400_000, prompt: 3, completion: 6 },
      { above_tokens: 200_000, prompt: 2, completion: 4, cache_read: 0.2 },
    ],
    hours: [{ from: '16:30', to: '00:30', weekdays: true, share: 0.25 }],
  })
  assert.deepEqual(tiers, [
    { aboveTokens: 200_000, prompt: '0.000002', completion: '0.000004', cacheRead: '0.0000002' },
    { aboveTokens: 400_000, prompt: '0.000003', completion: '0.000006' },
  ])
  assert.deepEqual(hours, [{ from: '16:30', to: '00:30', weekdays: true, share: '0.25' }])
})

test('what is no price is refused', () => {
  for (const wrong of [
    { prompt: 1 },
    { prompt: -1, completion: 1 },
    { prompt: 1, completion: 1, cached: 1 },
    { prompt: 1, completion: 1, hours: [{ from: '24:00', to: '01:00', share: 1 }] },
    { prompt: 1, completion: 1, hours: [{ from: '9:00', to: '10:00', share: 1 }] },
    { prompt: 1, completion: 1, hours: [{ from: '09:00', to: '10:00', share: 0.00001 }] },
    { prompt: 1, completion: 1, tiers: [{ above_tokens: 0, prompt: 1, completion: 1 }] },
  ])
    assert.equal(priceSchema.safeParse(wrong).success, false, JSON.stringify(wrong))
})
