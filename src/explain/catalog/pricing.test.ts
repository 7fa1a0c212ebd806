import assert from 'node:assert/strict'
import { test } from 'node:test'
import { validatorOf } from '../../../test/openapi-schema.ts'
import type { Price } from '../../market/offer.ts'
import { publicPricing } from './pricing.ts'

test('every price of a host has OpenRouter’s name; larger prompts and dearer hours are overrides', () => {
  const price: Price = {
    prompt: '0.000003',
    completion: '0.000015',
    cacheRead: '0.0000003',
    cacheWrite1h: '0.000006',
    reasoning: '0.00002',
    audioInput: '0.00001',
    request: '0.002',
    webSearch: '0.01',
    tiers: [{ aboveTokens: 200_000, prompt: '0.000006', completion: '0.0000225', cacheRead: '0.0000006' }],
    hours: [{ from: '01:00', to: '04:30', weekdays: true, share: '0.5' }],
  }
  const pricing = publicPricing(price)
  assert.deepEqual(pricing, {
    prompt: '0.000003',
    completion: '0.000015',
    input_cache_read: '0.0000003',
    input_cache_write_1h: '0.000006',
    audio: '0.00001',
    internal_reasoning: '0.00002',
    request: '0.002',
    web_search: '0.01',
    overrides: [
      {
        min_prompt_tokens: 200_000,
        prompt: '0.000006',
        completion: '0.0000225',
        input_cache_read: '0.0000006',
      },
      {
        utc_start: 100,
        utc_end: 430,
        weekdays: true,
        prompt: '0.0000015',
        completion: '0.0000075',
        input_cache_read: '0.00000015',
        input_cache_write_1h: '0.000003',
        audio: '0.000005',
      },
    ],
  })
  validatorOf('openrouter', 'PublicPricing')(pricing)
})

test('a price that nobody states is −1', () => {
  assert.deepEqual(publicPricing(undefined), { prompt: '-1', completion: '-1' })
})
