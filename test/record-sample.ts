import type { RecordedCall } from '../src/record/generation.ts'

/** A recorded call as the gateway would make it; every field that matters to a test can be set. */
export function sampleCall(wish: {
  readonly id: string
  readonly bodyBytes?: number
  readonly generation?: Partial<RecordedCall['generation']>
}): RecordedCall {
  const { id, bodyBytes = 0, generation } = wish
  return {
    generation: {
      id,
      createdAt: 1_760_000_000_123,
      caller: 'local',
      dialect: 'chat-completions',
      streamed: true,
      requestedModel: 'auto',
      policy: 'balanced',
      strategy: 'auto',
      reason: 'the cheapest within 0.05 of the best predicted quality',
      model: 'acme/one',
      provider: 'acme',
      endpoint: 'acme/one',
      simulated: false,
      outcome: 'complete',
      status: 200,
      finishReason: 'stop',
      error: null,
      usage: {
        promptTokens: 120,
        completionTokens: 300,
        reasoningTokens: 0,
        cacheReadTokens: 0,
        cacheWriteTokens: 0,
        estimated: false,
      },
      costUsd: '0.000123456789',
      baseline: { model: 'acme/large', cost_usd: 0.0123, quality: 0.8 },
      carbonGrams: 0.12,
      carbonLowGrams: 0.08,
      carbonHighGrams: 0.16,
      firstByteMs: 123.4,
      totalMs: 1234.5,
      overheadMs: 0.31,
      promptTokensEstimated: 118,
      language: 'en',
      codeShare: 0.02,
      intents: [{ intent: 'code_generation', p: 0.7 }],
      candidates: [
        {
          endpoint: 'acme/one',
          model: 'acme/one',
          provider: 'acme',
          quality: 0.71,
          cost_usd: 0.000123,
          latency_ms: 900,
          carbon_g: 0.1,
          merit: 0.6,
        },
      ],
      removed: [{ limit: 'tools', endpoints: 12 }],
      attempts: [
        {
          endpoint: 'acme/one',
          model: 'acme/one',
          provider: 'acme',
          startedMs: 0.4,
          status: 200,
          totalMs: 1200,
        },
      ],
      propensity: 1,
      conversation: {
        endpoint: 'acme/two',
        model: 'acme/one',
        cached_tokens: 100,
        cache_usd: 0.0000012,
        outcome: 'changes_host',
        lost_usd: 0.0000012,
      },
      toolLoop: null,
      artifact: 'intents-1',
      tags: { app: 'test' },
      storage: 'full',
      ...generation,
    },
    request: bodyBytes === 0 ? null : Buffer.alloc(bodyBytes, '{"q":"déjà vu"}'),
    answer: bodyBytes === 0 ? null : 'é'.repeat(bodyBytes / 2),
  }
}
