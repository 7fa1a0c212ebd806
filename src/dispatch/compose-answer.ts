import type { MeritorderError } from '../errors.ts'
import { billOf } from '../market/cost.ts'
import type { Usage } from '../market/usage.ts'
import type { Call } from '../receive/call.ts'
import type { Skin } from '../receive/dialects/dialect.ts'
import type { Answer, Attempt } from './answer.ts'
import type { AnsweredEnd, FailedEnd } from './attempt-end.ts'
import type { FailedAttempt } from './failure.ts'
import { countTokens } from './tokens/count-tokens.ts'
import type { Try } from './try-endpoint.ts'

/** nginx's status for a caller who left before there was anything to send. */
export const CLIENT_CLOSED = 499

/**
 * What came of a call that an endpoint answered, after these failures. Waits only where the host reported no usage: then the
 * answer's tokens are counted here. @param promptTokens estimated, for hosts that report none
 */
export async function answerOf(
  answering: Try<AnsweredEnd>,
  failures: readonly FailedAttempt[],
  promptTokens: number,
  call: Call<Skin>,
): Promise<Answer> {
  const { candidate: served, end } = answering
  const text = end.said.text()
  const finishReason = end.said.finishReason()
  const whole = end.outcome === 'complete' ? end.said.whole?.() : undefined
  const last = attemptOf(answering)
  const usage = end.usage ?? (await estimatedUsage(promptTokens, text, end.said.reasoningCharacters()))
  const bill = billOf(served.endpoint.price, usage, call.receivedAt)
  return {
    outcome: end.outcome,
    served,
    attempts: [...failures, last],
    usage,
    ...(bill === undefined ? {} : { bill }),
    ...(finishReason === undefined ? {} : { finishReason }),
    text,
    toolCalls: end.said.toolCalls?.() ?? [],
    ...(whole === undefined ? {} : { whole }),
    losses: call.losses === undefined ? end.losses : [...call.losses, ...end.losses],
    status: end.outcome === 'client_closed' && end.firstByteMs === undefined ? CLIENT_CLOSED : 200,
    ...(end.error === undefined ? {} : { error: { code: end.error.code, message: end.error.message } }),
    ...(end.firstByteMs === undefined ? {} : { firstByteMs: last.startedMs + end.firstByteMs }),
    totalMs: performance.now() - call.startedAt,
  }
}

/** A try that failed, for the record and for the next decision. */
export function failedAttempt(failed: Try<FailedEnd>): FailedAttempt {
  const { error, outpaced } = failed.end
  const { costUsd } = failed.candidate
  return {
    ...attemptOf(failed),
    error: { code: error.code, message: error.message },
    ...(outpaced === true && costUsd !== undefined && { expectedCostUsd: costUsd }),
    ...retryAfterOf(error),
  }
}

/** How long the upstream wants to be left alone, where it says so. */
export function retryAfterOf({ detail }: MeritorderError): { retryAfterSeconds?: number } {
  return detail.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: detail.retryAfterSeconds }
}

/** The usage of a call that nobody answered. */
export const NOTHING_USED: Usage = {
  promptTokens: 0,
  completionTokens: 0,
  reasoningTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  estimated: false,
}

function attemptOf({ candidate, end, startedMs, hedged }: Try): Attempt {
  return {
    endpoint: candidate.endpoint.id,
    model: candidate.endpoint.model,
    provider: candidate.endpoint.provider,
    startedMs,
    status: end.status,
    ...(end.error === undefined ? {} : { error: { code: end.error.code, message: end.error.message } }),
    ...(end.firstByteMs === undefined ? {} : { firstByteMs: end.firstByteMs }),
    totalMs: end.totalMs,
    ...(hedged && { hedged }),
  }
}

/** Thoughts are paid for but not kept: they are taken to be as dense as the answer, or else as English. */
const TOKENS_PER_CHARACTER = 0.25

async function estimatedUsage(promptTokens: number, text: string, thoughts: number): Promise<Usage> {
  const said = await countTokens(text)
  const density = text === '' ? TOKENS_PER_CHARACTER : said / text.length
  const reasoningTokens = Math.ceil(thoughts * density)
  return {
    ...NOTHING_USED,
    // An attempt that was cut before anything came may still have been billed for its prompt.
    promptTokens,
    completionTokens: said + reasoningTokens,
    reasoningTokens,
    estimated: true,
  }
}
