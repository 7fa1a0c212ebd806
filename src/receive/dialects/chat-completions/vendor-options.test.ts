import assert from 'node:assert/strict'
import { test } from 'node:test'
import { vendorOptions } from './vendor-options.ts'

test('what only some vendors have stands under the names that their packages read', () => {
  const options = vendorOptions({
    reasoning: { max_tokens: 2000, exclude: true, summary: 'concise' },
    logit_bias: { 50256: -100 },
    logprobs: true,
    top_logprobs: 3,
    parallel_tool_calls: false,
    prompt_cache_key: 'k',
    service_tier: 'fast',
    verbosity: 'low',
    cache_control: { type: 'ephemeral' },
    modalities: ['image', 'text'],
    image_config: { aspect_ratio: '16:9', image_size: '2K' },
  })
  assert.deepEqual(options, {
    openai: {
      logitBias: { 50256: -100 },
      logprobs: 3,
      promptCacheKey: 'k',
      serviceTier: 'priority',
      textVerbosity: 'low',
      reasoningSummary: 'concise',
      parallelToolCalls: false,
    },
    anthropic: {
      thinking: { type: 'enabled', budgetTokens: 2000 },
      cacheControl: { type: 'ephemeral' },
    },
    google: {
      thinkingConfig: { thinkingBudget: 2000, includeThoughts: false },
      imageConfig: { aspectRatio: '16:9', imageSize: '2K' },
      responseModalities: ['IMAGE', 'TEXT'],
      serviceTier: 'priority',
    },
    amazonBedrock: { reasoningConfig: { type: 'enabled', budgetTokens: 2000 } },
  })
})

test('who asks for nothing of the kind has no vendor’s options', () => {
  assert.equal(vendorOptions({ temperature: 1, modalities: ['text'] }), undefined)
  assert.equal(vendorOptions({ reasoning: { enabled: false, max_tokens: 9 } }), undefined)
})

test('Gemini is asked for its thoughts where the caller wants to reason, and not where they are excluded', () => {
  assert.deepEqual(vendorOptions({ reasoning_effort: 'low' }), {
    google: { thinkingConfig: { includeThoughts: true } },
  })
  assert.deepEqual(vendorOptions({ reasoning_effort: 'low', include_reasoning: false }), {
    google: { thinkingConfig: { includeThoughts: false } },
  })
})

test('what is wrong is named', () => {
  for (const [body, message] of [
    [{ reasoning: { max_tokens: 0 } }, /reasoning\.max_tokens must be/],
    [{ service_tier: 'gold' }, /service_tier must be one of auto, default, fast/],
    [{ verbosity: 'loud' }, /verbosity must be one of low, medium, high/],
    [{ cache_control: { type: 'ephemeral', ttl: '1d' } }, /cache_control\.ttl must be one of 5m, 1h/],
  ] as const)
    assert.throws(() => vendorOptions(body), message)
})
