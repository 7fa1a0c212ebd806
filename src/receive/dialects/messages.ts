import type { Dialect } from './dialect.ts'
import { createReplyEditor } from './messages/edit-reply.ts'
import { writeError, writeStreamError } from './messages/error.ts'
import { readCall } from './messages/read-call.ts'
import { createReplyReader } from './messages/read-reply.ts'
import { readConversation, readRequest } from './messages/read-request.ts'
import { writeAnswer } from './messages/write-answer.ts'
import { closingWith, MESSAGE_STOP, PING, writeStream, writeUsage } from './messages/write-stream.ts'

/** Anthropic's Messages API (https://platform.claude.com/docs/en/api/messages). */
export const messages: Dialect = {
  name: 'messages',
  readRequest,
  readCall,
  withSystem: (body, system) =>
    body.system === undefined || body.system === null ? { ...body, system } : body,
  createReplyReader,
  createReplyEditor,
  writeAnswer,
  writeStream,
  writeError,
  writeStreamError,
  writeMetadata: () => '',
  writeUsage,
  closingWith,
  closingEvent: MESSAGE_STOP,
  signOfLife: PING,
  statusOf: { provider_overloaded: 529 },
  ownHeaders: ['anthropic-version', 'anthropic-beta'],
  idHeader: 'request-id',
}

/** The same for `/messages/count_tokens`, whose body says nothing about the answer. */
export const countedMessages: Dialect = { ...messages, readRequest: readConversation }
