import { isObject } from '../../../json/is-object.ts'
import type { Usage } from '../../../market/usage.ts'
import { readResponsesUsage } from '../../../market/usage-reports/openai-responses.ts'
import type { Fields } from '../../fields.ts'
import type { ReplyPart, ReplyReader, ToolCall } from '../dialect.ts'
import { CALL_CHARACTERS, MAX_KEPT_CHARACTERS, parseEvent, toolCallText } from '../reply-text.ts'

/** Reads along a response, whole or streamed. */
export function createReplyReader(): ReplyReader {
  const pieces: string[] = []
  const toolCalls: ToolCall[] = []
  let kept = 0
  let reasoningCharacters = 0
  let events = 0
  let finishReason: string | undefined
  let usage: Usage | undefined
  let whole: Fields | undefined

  const keepText = (text: unknown) => {
    if (typeof text !== 'string' || kept >= MAX_KEPT_CHARACTERS) return
    pieces.push(text)
    kept += text.length
  }
  const keepCall = (item: unknown) => {
    if (!isObject(item) || item.type !== 'function_call' || kept >= MAX_KEPT_CHARACTERS) return
    const { call_id: id = '', name, arguments: text } = item
    const call = { id: String(id), name: String(name), arguments: String(text) }
    toolCalls.push(call)
    kept += call.id.length + call.name.length + call.arguments.length + CALL_CHARACTERS
  }
  const end = (response: Fields) => {
    whole = response
    finishReason = reasonOf(response, toolCalls.length > 0)
    if (isObject(response.usage)) usage = readResponsesUsage(response.usage)
  }

  const readEvent = (data: string): ReplyPart => {
    const part = partOf(data)
    // An error is told in our words, under the number that its own would have had.
    if (part.kind !== 'error') events++
    return part
  }
  const partOf = (data: string): ReplyPart => {
    const event = parseEvent(data)
    if (event === undefined) return { kind: 'broken' }
    if (!isObject(event)) return CONTENT
    const { type, response } = event
    switch (type) {
      case 'response.created':
      case 'response.queued':
      case 'response.in_progress':
      // Parts are opened empty; so are messages and thoughts, while a call names its tool.
      case 'response.content_part.added':
      case 'response.reasoning_summary_part.added':
        return PREAMBLE
      case 'response.output_item.added':
        return isObject(event.item) && OPENED_EMPTY.has(event.item.type) ? PREAMBLE : CONTENT
      case 'response.output_text.delta':
      case 'response.refusal.delta':
        keepText(event.delta)
        return CONTENT
      case 'response.reasoning_summary_text.delta':
      case 'response.reasoning_text.delta':
        reasoningCharacters += typeof event.delta === 'string' ? event.delta.length : 0
        return CONTENT
      case 'response.output_item.done':
        keepCall(event.item)
        return CONTENT
      case 'response.completed':
      case 'response.incomplete':
        if (isObject(response)) end(response)
        return { kind: 'end', value: event }
      case 'response.failed':
        return readError(isObject(response) ? response.error : undefined)
      case 'error':
        return readError(event.error ?? event)
      default:
        return isObject(event.error) ? readError(event.error) : CONTENT
    }
  }

  const read = (value: unknown): ReplyPart => {
    if (!isObject(value)) return CONTENT
    if (value.error !== undefined && value.error !== null) return readError(value.error)
    for (const item of Array.isArray(value.output) ? (value.output as unknown[]) : []) {
      keepCall(item)
      if (!isObject(item) || !Array.isArray(item.content)) continue
      for (const part of item.content as unknown[])
        if (isObject(part) && item.type === 'message') keepText(part.text ?? part.refusal)
    }
    end(value)
    return { kind: 'content', value }
  }

  return {
    readEvent,
    read,
    isAnswer: (value) => 'output' in value && Array.isArray(value.output),
    finishReason: () => finishReason,
    usage: () => usage,
    reasoningCharacters: () => reasoningCharacters,
    events: () => events,
    whole: () => whole,
    text: () => pieces.join('') + toolCallText(toolCalls),
    toolCalls: () => toolCalls,
  }
}

const CONTENT: ReplyPart = { kind: 'content' }
const PREAMBLE: ReplyPart = { kind: 'preamble' }
const OPENED_EMPTY: ReadonlySet<unknown> = new Set(['message', 'reasoning'])

/** In the words of chat completions, which the record has for all dialects. */
function reasonOf({ status, incomplete_details: details }: Fields, hasToolCalls: boolean): string {
  if (status !== 'incomplete') return hasToolCalls ? 'tool_calls' : 'stop'
  return isObject(details) && details.reason === 'content_filter' ? 'content_filter' : 'length'
}

/** OpenAI's codes are words; those that say whose fault it was stand for the status that they have elsewhere. */
const STATUS_OF_CODE: ReadonlyMap<string, number> = new Map([
  ['rate_limit_exceeded', 429],
  ['insufficient_quota', 402],
  ['invalid_prompt', 400],
])

function readError(error: unknown): ReplyPart {
  if (!isObject(error)) return { kind: 'error', message: 'the answer failed', status: undefined }
  const message = typeof error.message === 'string' ? error.message : JSON.stringify(error)
  return { kind: 'error', message: message.slice(0, 500), status: STATUS_OF_CODE.get(String(error.code)) }
}
