import { hash } from 'node:crypto'
import type { Call } from '../receive/call.ts'
import type { ChatMessage } from '../receive/chat-request.ts'

/** What a conversation is known by: a hash, so that no text is kept. Different callers never share one. */
export type ConversationKey = string

/**
 * The key of the conversation that a call belongs to: by its caller and what he calls it, `session_id` (or the header
 * `x-session-id`), else `prompt_cache_key`; else by how it opens: the system prompt and the first other message. Bounded in
 * time: of a long text its beginning, its end and its length count.
 */
export function conversationKey({ caller, tags, body, request }: Call): ConversationKey {
  const { session_id: session } = tags
  const { prompt_cache_key: cacheKey } = body
  const named = session ?? (typeof cacheKey === 'string' && cacheKey !== '' ? cacheKey : undefined)
  const known = named === undefined ? `opening ${opening(request.messages)}` : `named ${named}`
  return hash('sha256', `${caller.name.length} ${caller.name} ${known}`, 'base64url')
}

/** The key of a tool loop of a conversation, by the id of one of its calls. Sub-agents share a session and not this. */
export function toolLoopKey(conversation: ConversationKey, toolCallId: string): ConversationKey {
  return hash('sha256', `${conversation} ${clipped(toolCallId)}`, 'base64url')
}

/** More results at once are not looked at. */
const MOST_RESULTS = 16

/** Ids of the calls whose results a request ends with; undefined where it does not bring results. Parts of one turn may stand in any order. */
export function answeredToolCalls(messages: readonly ChatMessage[]): readonly string[] | undefined {
  const ids: string[] = []
  let bringsResults = false
  for (let i = messages.length - 1; i >= 0; i--) {
    const { role, tool_call_id: id } = messages[i]!
    if (role === 'assistant') break
    if (role !== 'tool' && role !== 'function') continue
    bringsResults = true
    if (typeof id === 'string' && ids.length < MOST_RESULTS) ids.push(id)
  }
  return bringsResults ? ids : undefined
}

const SYSTEM = new Set(['system', 'developer'])

function opening(messages: readonly ChatMessage[]): string {
  const texts: string[] = []
  for (const { role, content } of messages) {
    const parts = typeof content === 'string' ? [content] : (content ?? [])
    for (const part of parts) {
      if (texts.length === MOST_PARTS) break
      if (typeof part === 'string') texts.push(`${role} ${clipped(part)}`)
      // Parts of kinds that only the provider knows are not checked.
      else texts.push(`${role} ${part.type} ${typeof part.text === 'string' ? clipped(part.text) : ''}`)
    }
    if (!SYSTEM.has(role) || texts.length === MOST_PARTS) break
  }
  return texts.join(' ')
}

/** Messages and parts of the opening that count. */
const MOST_PARTS = 16
const HEAD = 4096
const TAIL = 512

function clipped(text: string): string {
  if (text.length <= HEAD + TAIL) return `${text.length} ${text}`
  return `${text.length} ${text.slice(0, HEAD)} ${text.slice(-TAIL)}`
}
