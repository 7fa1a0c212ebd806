import type { Answer } from '../dispatch/answer.ts'
import { isJson } from '../json/is-json.ts'

/** What an answer shows of itself, by name: 1 or 0. */
export type Signals = Readonly<Record<string, number>>

/** Longer answers are not parsed in passing, characters. */
const LONGEST_JSON = 1_000_000
/** In the words of chat completions and Messages, and of Responses' reasons. */
const CUT = new Set(['length', 'max_tokens', 'max_output_tokens'])
const REFUSED = new Set(['content_filter', 'refusal', 'safety'])
const JSON_FORMATS = new Set(['json_object', 'json_schema'])

/**
 * What can be told of an answer without asking anybody:
 * - `cut_off` 1: it ran into its limit of tokens - `refused` 1: a filter or the model ended it
 * - `json_valid`: JSON was asked for, and it is (1) or is not (0) - `tool_calls_valid`: its calls keep their schemas, or do not
 *
 * @param format the type of `response_format`, if there was one
 * @param toolCallsValid the verdict of `validToolCalls`
 */
export function answerSignals(
  { outcome, finishReason = '', text, toolCalls }: Answer,
  format: string | undefined,
  toolCallsValid: boolean | undefined,
): Signals {
  if (outcome !== 'complete') return {}
  const isCut = CUT.has(finishReason)
  const isRefused = REFUSED.has(finishReason)
  const isJudged = format !== undefined && JSON_FORMATS.has(format) && !isCut && !isRefused
  const isWords = toolCalls.length === 0 && text.length <= LONGEST_JSON
  return {
    ...(isCut && { cut_off: 1 }),
    ...(isRefused && { refused: 1 }),
    ...(isJudged && isWords && { json_valid: Number(isJson(text)) }),
    ...(toolCallsValid !== undefined && { tool_calls_valid: Number(toolCallsValid) }),
  }
}
