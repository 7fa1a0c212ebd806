import { createReplyEditor } from './chat-completions/edit-reply.ts'
import { createReplyReader } from './chat-completions/read-reply.ts'
import { readCall, readRequest } from './completions/read.ts'
import { writeAnswer, writeMetadata, writeStream, writeStreamError, writeUsage } from './completions/write.ts'
import type { Dialect } from './dialect.ts'
import { openAiError } from './openai-error.ts'

/** OpenAI's legacy completions: a prompt without roles, which every model is sent as a user's message. */
export const completions: Dialect = {
  name: 'completions',
  readRequest,
  readCall,
  createReplyReader,
  createReplyEditor,
  writeAnswer,
  writeStream,
  writeError: openAiError,
  writeStreamError,
  writeMetadata,
  writeUsage,
  closingEvent: 'data: [DONE]\n\n',
}
