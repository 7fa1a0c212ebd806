import type { ChatMessage } from '../receive/chat-request.ts'

/** The part of a conversation that says what is wanted. */
export interface PromptText {
  /** System prompt, the turn before, and the last user turn, in this order, each clipped. */
  readonly text: string
  /** Where in `text` the last user turn begins. */
  readonly turnStart: number
  /** Characters of the last user turn before it was clipped. */
  readonly turnLength: number
  /** What an outside embedder made of it, where one is configured; of unit length. */
  readonly vector?: Float32Array
}

/** Instructions stand at the two ends of a long message. */
const HEAD_CHARACTERS = 1200
const TAIL_CHARACTERS = 400
const SYSTEM_CHARACTERS = 200
const HISTORY_CHARACTERS = 200
/** Messages looked at from the end, and text parts of one message, at most. */
const MESSAGES_READ = 64
const PARTS_READ = 64

/**
 * The text that matters of a chat request: its first system prompt and the user turn before the last (200
 * characters each), and the last user turn (its first 1,200 and last 400 characters, which is where instructions
 * stand). Whatever is not text is skipped; without any user turn the last message stands in. At most a few
 * thousand characters are touched however long the conversation is.
 */
export function promptText(request: { readonly messages?: unknown }): PromptText {
  const messages: readonly unknown[] = Array.isArray(request.messages) ? request.messages : []
  const turn = lastWithText(messages, messages.length, (role) => role === 'user') ??
    lastWithText(messages, messages.length, () => true) ?? { at: 0, text: '' }
  const before = lastWithText(messages, turn.at, (role) => role === 'user')
  const system = firstSystem(messages, turn.at)
  let context = ''
  if (system !== '') context += `${system.slice(0, SYSTEM_CHARACTERS)}\n\n`
  if (before !== undefined) context += `${before.text.slice(0, HISTORY_CHARACTERS)}\n\n`
  return { text: context + clipMiddle(turn.text), turnStart: context.length, turnLength: turn.text.length }
}

interface Found {
  readonly at: number
  readonly text: string
}

function lastWithText(
  messages: readonly unknown[],
  end: number,
  wanted: (role: string) => boolean,
): Found | undefined {
  const least = Math.max(0, end - MESSAGES_READ)
  for (let at = end - 1; at >= least; at--) {
    const message = asMessage(messages[at])
    if (message === undefined || !wanted(message.role)) continue
    const text = messageText(message)
    if (text !== '') return { at, text }
  }
  return undefined
}

function firstSystem(messages: readonly unknown[], end: number): string {
  const message = end > 0 ? asMessage(messages[0]) : undefined
  const isSystem = message !== undefined && (message.role === 'system' || message.role === 'developer')
  return isSystem ? messageText(message) : ''
}

/** A message as far as it is one: callers of the library and odd clients may send anything. */
function asMessage(value: unknown): ChatMessage | undefined {
  return typeof value === 'object' && value !== null && 'role' in value && typeof value.role === 'string'
    ? (value as ChatMessage)
    : undefined
}

/** The text of a message: its string, or its text parts joined by line breaks. */
function messageText({ content }: ChatMessage): string {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  let text = ''
  for (let i = 0; i < content.length && i < PARTS_READ; i++) {
    const part: unknown = content[i]
    if (typeof part !== 'object' || part === null || !('text' in part) || typeof part.text !== 'string')
      continue
    text = text === '' ? part.text : `${text}\n${part.text}`
  }
  return text
}

/** Both ends of a long text, joined by a line break that stands for what was left out. */
function clipMiddle(text: string): string {
  if (text.length <= HEAD_CHARACTERS + TAIL_CHARACTERS) return text
  return `${text.slice(0, HEAD_CHARACTERS - 1)}\n${text.slice(-TAIL_CHARACTERS)}`
}
