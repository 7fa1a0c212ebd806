import { readCall } from './chat-completions/read-call.ts'
import { writeAnswer } from './chat-completions/write-answer.ts'
import { writeStream } from './chat-completions/write-stream.ts'
import type { Dialect } from './dialect.ts'
import { openAiError, openAiStreamError } from './openai-error.ts'

/** OpenAI's chat completions with OpenRouter's additions. */
export const chatCompletions: Dialect = {
  readCall,
  writeAnswer,
  writeStream,
  writeError: openAiError,
  writeStreamError: openAiStreamError,
}
