import type { Answer } from '../dispatch/answer.ts'
import type { HealthBoard } from '../market/health.ts'
import { validToolCalls } from './valid-tool-calls.ts'

/** Finish reasons of answers that ran into their limit of tokens, in chat completions' words and Anthropic's. */
const CUT = new Set(['length', 'max_tokens'])

/**
 * Counts for the endpoint that answered whether its tool calls are valid, see `validToolCalls`. To be called once the caller
 * has the answer. One that is not whole says nothing. Gives the verdict, if there is one.
 *
 * @param tools what the call offered, if anything
 */
export function countToolCalls(
  health: Pick<HealthBoard, 'calledTools'>,
  tools: readonly unknown[] | undefined,
  { served, toolCalls, outcome, finishReason = '' }: Answer,
): boolean | undefined {
  if (served === undefined || tools === undefined || toolCalls.length === 0) return undefined
  if (outcome !== 'complete' || CUT.has(finishReason)) return undefined
  const valid = validToolCalls(tools, toolCalls)
  if (valid !== undefined) health.calledTools(served.endpoint.id, valid)
  return valid
}
