import { isObject } from '../../../json/is-object.ts'
import type { Usage } from '../../../market/usage.ts'
import { readOpenAiUsage } from '../../../market/usage-reports/openai.ts'
import type { Fields } from '../../fields.ts'
import type { ReplyPart, ReplyReader } from '../dialect.ts'
import { CALL_CHARACTERS, MAX_KEPT_CHARACTERS, parseEvent, toolCallText } from '../reply-text.ts'
import { textOfParts, thoughtOf } from './content-parts.ts'

interface OpenCall {
  id: string
  name: string
  arguments: string
}

/** Reads along a chat completion, whole or streamed, with the spellings of other hosts. */
export function createReplyReader(): ReplyReader {
  const pieces: string[] = []
  /** Made with the first of them: most answers have none. */
  let toolCalls: Map<number, OpenCall> | undefined
  let kept = 0
  let finishReason: string | undefined
  let usage: Usage | undefined
  let reasoningCharacters = 0
  /** Something of the answer has come. */
  let begun = false

  const keepMessage = (message: Fields) => {
    const { content } = message
    const text = Array.isArray(content) ? textOfParts(content) : content
    if (typeof text === 'string' && kept < MAX_KEPT_CHARACTERS) {
      pieces.push(text)
      kept += text.length
    }
    const thought = message.reasoning ?? message.reasoning_content ?? thoughtOf(content)
    if (typeof thought === 'string') reasoningCharacters += thought.length
    if (!Array.isArray(message.tool_calls)) return
    for (const [position, call] of message.tool_calls.entries()) keepToolCall(call, position)
  }
  const keepToolCall = (call: unknown, position: number) => {
    if (!isObject(call) || !isObject(call.function)) return
    const index = typeof call.index === 'number' ? call.index : position
    if (kept >= MAX_KEPT_CHARACTERS) return
    const { id, function: said } = call
    toolCalls ??= new Map()
    let known = toolCalls.get(index)
    if (known === undefined) {
      known = { id: '', name: '', arguments: '' }
      toolCalls.set(index, known)
      kept += CALL_CHARACTERS
    }
    const before = lengthOf(known)
    if (typeof id === 'string' && known.id === '') known.id = id
    if (typeof said.name === 'string') known.name += said.name
    if (typeof said.arguments === 'string') known.arguments += said.arguments
    kept += lengthOf(known) - before
  }

  const calls = () => (toolCalls === undefined ? [] : [...toolCalls.values()])
  const read = (value: unknown): ReplyPart => {
    if (!isObject(value)) return { kind: 'content' }
    if (present(value.error)) return readError(value.error)
    const report = reportIn(value)
    if (report !== undefined) usage = readOpenAiUsage(report) ?? usage
    const choices = Array.isArray(value.choices) ? (value.choices as unknown[]) : []
    for (const choice of choices) {
      if (!isObject(choice)) continue
      if (typeof choice.finish_reason === 'string') finishReason = choice.finish_reason
      // Legacy completions have no message but a text.
      const message = choice.delta ?? choice.message ?? { content: choice.text, reasoning: choice.reasoning }
      if (isObject(message)) keepMessage(message)
    }
    if (choices.length === 0 && report !== undefined) return { kind: 'usage', value }
    begun ||= !choices.every(isPreamble)
    return { kind: begun ? 'content' : 'preamble', value }
  }

  return {
    readEvent(data) {
      if (data === '[DONE]') return { kind: 'end' }
      const event = parseEvent(data)
      return event === undefined ? { kind: 'broken' } : read(event)
    },
    read,
    isAnswer: (whole) => 'choices' in whole && Array.isArray(whole.choices) && whole.choices.length > 0,
    finishReason: () => finishReason,
    usage: () => usage,
    reasoningCharacters: () => reasoningCharacters,
    text: () => pieces.join('') + toolCallText(calls()),
    toolCalls: calls,
  }
}

function lengthOf({ id, name, arguments: text }: OpenCall): number {
  return id.length + name.length + text.length
}

/** A choice that has not said or ended anything: most hosts send the role first, some with empty texts beside it. */
function isPreamble(choice: unknown): boolean {
  if (!isObject(choice) || present(choice.finish_reason) || !isObject(choice.delta)) return false
  return Object.entries(choice.delta).every(
    ([field, value]) =>
      field === 'role' || !present(value) || value === '' || (Array.isArray(value) && value.length === 0),
  )
}

/** Groq has it in an object of its own too, and only there in older streams. */
function reportIn({ usage, x_groq: groq }: Fields): Fields | undefined {
  if (isObject(usage)) return usage
  return isObject(groq) && isObject(groq.usage) ? groq.usage : undefined
}

/** The failure that an `error` member of a reply tells of. */
export function readError(error: unknown): ReplyPart {
  if (!isObject(error)) return { kind: 'error', message: String(error).slice(0, 500), status: undefined }
  const message = typeof error.message === 'string' ? error.message : JSON.stringify(error)
  const status =
    typeof error.code === 'number' && error.code >= 300 && error.code < 600 ? error.code : undefined
  return { kind: 'error', message: message.slice(0, 500), status }
}

function present(value: unknown): boolean {
  return value !== undefined && value !== null
}
