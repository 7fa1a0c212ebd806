import type { Decision } from '../decide/decision.ts'
import type { Answer } from '../dispatch/answer.ts'
import { type CarbonEstimate, carbonGrams } from '../market/climate.ts'
import { siteOf } from '../market/site.ts'
import { formatUsd } from '../money.ts'
import type { Call } from '../receive/call.ts'
import type { Prompt } from '../understand/prompt.ts'
import type { Generation } from './generation.ts'
import { recordedCandidate } from './recorded-candidate.ts'
import { recordedConversation } from './recorded-conversation.ts'

/** What is kept of a call, whatever its skin. */
type Asked = Omit<Call, 'dialect' | 'request'> & { readonly dialect: { readonly name: string } }

/** What is kept of what was understood of a call. */
export type Understood = Pick<Prompt, 'tokens' | 'language' | 'codeShare' | 'intents' | 'artifact'> &
  Partial<Pick<Prompt, 'embedding' | 'shape'>>

/** Candidates kept with a record: enough to see what it was chosen from. */
const MAX_CANDIDATES = 10

/** The row of one finished call: what was asked, decided, tried, answered and paid. */
export function composeGeneration(
  call: Asked,
  prompt: Understood,
  decision: Decision,
  answer: Answer,
): Generation {
  const { served, usage, bill } = answer
  const carbon = carbonOf(decision, answer)
  const { conversation, tool_loop: toolLoop } = recordedConversation(decision)
  return {
    id: call.id,
    createdAt: call.receivedAt,
    caller: call.caller.name,
    dialect: call.dialect.name,
    streamed: call.stream,
    requestedModel: decision.requested,
    policy: decision.policy.name,
    strategy: decision.strategy,
    reason: decision.reason,
    model: served?.endpoint.model ?? null,
    provider: served?.endpoint.provider ?? null,
    endpoint: served?.endpoint.id ?? null,
    simulated: served?.provider.simulated ?? false,
    outcome: answer.outcome,
    status: answer.status,
    finishReason: answer.finishReason ?? null,
    error: answer.error ?? null,
    usage,
    costUsd: bill === undefined ? null : formatUsd(bill.total),
    baseline:
      decision.baseline === undefined
        ? null
        : {
            model: decision.baseline.model,
            cost_usd: decision.baseline.costUsd,
            quality: decision.baseline.quality,
          },
    carbonGrams: carbon?.mid ?? null,
    carbonLowGrams: carbon?.low ?? null,
    carbonHighGrams: carbon?.high ?? null,
    firstByteMs: answer.firstByteMs ?? null,
    totalMs: answer.totalMs,
    overheadMs: answer.attempts[0]?.startedMs ?? answer.totalMs,
    promptTokensEstimated: prompt.tokens,
    language: prompt.language,
    codeShare: prompt.codeShare,
    intents: prompt.intents,
    candidates: decision.ranked.slice(0, MAX_CANDIDATES).map(recordedCandidate),
    removed: decision.removed,
    attempts: answer.attempts,
    propensity: decision.propensity,
    conversation,
    toolLoop,
    artifact: `${decision.artifact} ${prompt.artifact}`.trim(),
    tags: call.tags,
    storage: call.storage,
  }
}

/** Where nothing is generated there is nothing that the method counts. */
function carbonOf(decision: Decision, { served, usage }: Answer): CarbonEstimate | undefined {
  if (served === undefined || decision.expectedCompletionTokens === 0) return undefined
  const { model, endpoint, provider } = served
  return carbonGrams(
    model,
    usage.completionTokens,
    siteOf(provider.slug, endpoint.regions ?? provider.regions),
  )
}
