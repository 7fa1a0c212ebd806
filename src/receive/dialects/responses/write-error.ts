import type { ErrorCode, MeritorderError } from '../../../errors.ts'
import type { Asking, ReplyFacts, ReplyReader } from '../dialect.ts'
import { openAiError } from '../openai-error.ts'
import { eventText } from './write-stream.ts'

/** An error as chat completions have it; OpenRouter's `error_type` stands beside it, too. */
export function writeError(error: MeritorderError, asking: Asking) {
  return { ...openAiError(error, asking), error_type: error.code }
}

/** Those of OpenAI's codes for a failed response that say more than `server_error`. */
const STREAM_CODES: Readonly<Partial<Record<ErrorCode, string>>> = {
  rate_limit_exceeded: 'rate_limit_exceeded',
  invalid_request: 'invalid_prompt',
  context_length_exceeded: 'invalid_prompt',
}

/** The `error` event of a stream that is cut; its number follows on those that came. */
export function writeStreamError(error: MeritorderError, _facts: ReplyFacts, said?: ReplyReader): string {
  return eventText('error', {
    code: STREAM_CODES[error.code] ?? 'server_error',
    message: error.message,
    param: error.detail.limit ?? null,
    sequence_number: said?.events?.() ?? 0,
  })
}
