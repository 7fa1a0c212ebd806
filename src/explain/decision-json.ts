import type { Decision } from '../decide/decision.ts'
import { recordedCandidate } from '../record/recorded-candidate.ts'
import { recordedConversation } from '../record/recorded-conversation.ts'
import type { Prompt } from '../understand/prompt.ts'

/** A decision as `/v1/route` and `meritorder route --json` print it. The field names are a contract (docs/json-output.md). */
export function explainDecision(prompt: Prompt, decision: Decision) {
  const chosen = decision.ranked[0]!
  return {
    model: chosen.endpoint.model,
    provider: chosen.endpoint.provider,
    endpoint: chosen.endpoint.id,
    policy: decision.policy.name,
    strategy: decision.strategy,
    reason: decision.reason,
    intents: prompt.intents.map(({ intent, p }) => ({ intent, p })),
    language: prompt.language,
    code_share: prompt.codeShare,
    prompt_tokens: prompt.tokens,
    expected_completion_tokens: decision.expectedCompletionTokens,
    candidates: decision.ranked.map(recordedCandidate),
    removed: decision.removed,
    baseline: decision.baseline ?? null,
    difficulty: decision.difficulty ?? null,
    trust: decision.trust ?? null,
    similar: decision.similar?.() ?? [],
    propensity: decision.propensity,
    ...recordedConversation(decision),
    artifact: `${decision.artifact} ${prompt.artifact}`,
  }
}
