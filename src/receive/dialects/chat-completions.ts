import { createReplyEditor } from './chat-completions/edit-reply.ts'
import { readCall } from './chat-completions/read-call.ts'
import { createReplyReader } from './chat-completions/read-reply.ts'
import { readRequest } from './chat-completions/read-request.ts'
import { withSystem } from './chat-completions/with-system.ts'
import { writeAnswer } from './chat-completions/write-answer.ts'
import { writeMetadata, writeStream, writeUsage } from './chat-completions/write-stream.ts'
import type { Dialect } from './dialect.ts'
import { openAiError, openAiStreamError } from './openai-error.ts'

/** OpenAI's chat completions with OpenRouter's additions. */
export const chatCompletions: Dialect = {
  name: 'chat-completions',
  readRequest,
  readCall,
  withSystem,
  createReplyReader,
  createReplyEditor,
  writeAnswer,
  writeStream,
  writeError: openAiError,
  writeStreamError: openAiStreamError,
  writeMetadata,
  writeUsage,
  closingEvent: 'data: [DONE]\n\n',
}
