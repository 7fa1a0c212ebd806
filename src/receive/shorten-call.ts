import { findMembers } from '../json/json-members.ts'
import type { Call } from './call.ts'
import type { ChatRequest } from './chat-request.ts'
import { middleOut } from './middle-out.ts'

/**
 * The call with a conversation that fits, see `middleOut`, and what it lost; undefined where it cannot be made to fit, or
 * where the dialect keeps its conversation elsewhere than in `messages`.
 *
 * @param fits whether a request of this dialect fits; the shorter, the sooner.
 */
export function shortenCall(call: Call, fits: (request: ChatRequest) => boolean): Call | undefined {
  const { body, dialect } = call
  if (!Array.isArray(body.messages)) return undefined
  const requestOf = (messages: readonly unknown[]) => dialect.readRequest({ ...body, messages })
  const shortened = middleOut(body.messages, (messages) => messages.length > 0 && fits(requestOf(messages)))
  if (shortened === undefined) return undefined
  const { messages, dropped, cut } = shortened
  const bytes = Buffer.from(JSON.stringify({ ...body, messages }))
  const reason = [
    ...(dropped > 0 ? [`${dropped} messages of the middle`] : []),
    ...(cut > 0 ? [`${cut} characters of the longest text`] : []),
  ].join(' and ')
  return {
    ...call,
    bytes,
    members: findMembers(bytes, Infinity),
    request: requestOf(messages),
    body: { ...body, messages },
    losses: [{ field: 'messages', reason: `${reason} left out, so that the conversation fits` }],
  }
}
