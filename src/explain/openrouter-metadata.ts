import type { Decision } from '../decide/decision.ts'
import type { Answer } from '../dispatch/answer.ts'
import { recordedConversation } from '../record/recorded-conversation.ts'

/** `openrouter_metadata` in OpenRouter's shape (reference: its router-metadata guide), as JSON text, with our scores beside it. */
export function openRouterMetadata(decision: Decision, answer: Answer): string {
  const { served } = answer
  return JSON.stringify({
    requested: decision.requested,
    strategy: decision.strategy,
    region: null,
    summary: `available=${decision.ranked.length}, selected=${served?.endpoint.provider ?? 'none'}`,
    attempt: answer.attempts.length,
    is_byok: false,
    endpoints: {
      total: decision.ranked.length,
      available: decision.ranked.map((candidate) => ({
        provider: candidate.endpoint.provider,
        model: candidate.endpoint.model,
        selected: candidate.endpoint.id === served?.endpoint.id,
        quality: candidate.quality,
        cost_usd: candidate.costUsd ?? null,
        latency_ms: candidate.latencyMs,
        carbon_g: candidate.carbonGrams,
        carbon_low_g: candidate.carbonBounds.low,
        carbon_high_g: candidate.carbonBounds.high,
      })),
    },
    attempts: answer.attempts.map(({ provider, model, status }) => ({ provider, model, status })),
    reason: decision.reason,
    removed: decision.removed,
    ...(decision.conversation || decision.toolLoop ? recordedConversation(decision) : {}),
    ...(answer.losses.length > 0 && { losses: answer.losses }),
  })
}
