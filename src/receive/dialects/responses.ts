import type { Dialect } from './dialect.ts'
import { createReplyEditor } from './responses/edit-reply.ts'
import { readCall } from './responses/read-call.ts'
import { createReplyReader } from './responses/read-reply.ts'
import { readRequest } from './responses/read-request.ts'
import { storedAnswers } from './responses/stored.ts'
import { writeAnswer } from './responses/write-answer.ts'
import { writeError, writeStreamError } from './responses/write-error.ts'
import { closingWith, writeStream } from './responses/write-stream.ts'

/** OpenAI's Responses API, with stored responses. */
export const responses: Dialect = {
  name: 'responses',
  readRequest,
  readCall,
  withSystem: (body, instructions) =>
    body.instructions === undefined || body.instructions === null ? { ...body, instructions } : body,
  createReplyReader,
  createReplyEditor,
  writeAnswer,
  writeStream,
  writeError,
  writeStreamError,
  writeMetadata: () => '',
  closingWith,
  stored: storedAnswers,
}
