import { isObject } from '../../../json/is-object.ts'
import type { Usage } from '../../../market/usage.ts'
import { readAnthropicUsage } from '../../../market/usage-reports/anthropic.ts'
import type { Fields } from '../../fields.ts'
import type { ReplyPart, ReplyReader, ToolCall } from '../dialect.ts'
import { CALL_CHARACTERS, MAX_KEPT_CHARACTERS, parseEvent, toolCallText } from '../reply-text.ts'
import { statusOfType } from './error.ts'

/** English runs at about four characters a token. */
const CHARACTERS_PER_TOKEN = 4

interface ToolUse {
  readonly id: string
  readonly name: string
  /** JSON text. */
  input: string
}

/** Reads along an answer in Anthropic's form, whole or streamed. */
export function createReplyReader(): ReplyReader {
  const pieces: string[] = []
  const tools = new Map<number, ToolUse>()
  let kept = 0
  let written = 0
  let reasoningCharacters = 0
  let finishReason: string | undefined
  /** Anthropic counts the prompt in the first event and the answer in the last; later counts replace earlier ones. */
  let counted: Fields = {}
  let isCounted = false
  let begun = false

  const keep = (text: unknown): string => {
    if (typeof text !== 'string') return ''
    written += text.length
    if (kept >= MAX_KEPT_CHARACTERS) return ''
    kept += text.length
    return text
  }
  const readBlock = (block: unknown, index: number) => {
    if (!isObject(block)) return
    if (block.type === 'text') pieces.push(keep(block.text))
    else if (block.type === 'thinking') think(block.thinking)
    else if (block.type === 'tool_use') {
      const isWhole = isObject(block.input) && Object.keys(block.input).length > 0
      const input = isWhole ? keep(JSON.stringify(block.input)) : ''
      if (kept >= MAX_KEPT_CHARACTERS) return
      const tool = { id: String(block.id ?? ''), name: String(block.name), input }
      tools.set(index, tool)
      kept += tool.id.length + tool.name.length + CALL_CHARACTERS
    }
  }
  const think = (text: unknown) => {
    if (typeof text === 'string') reasoningCharacters += text.length
  }
  const readDelta = (delta: unknown, index: number) => {
    if (!isObject(delta)) return
    if (delta.type === 'text_delta') pieces.push(keep(delta.text))
    else if (delta.type === 'thinking_delta') think(delta.thinking)
    else if (delta.type === 'input_json_delta') {
      const tool = tools.get(index)
      if (tool !== undefined) tool.input += keep(delta.partial_json)
    }
  }
  const readMessage = (message: Fields) => {
    if (isObject(message.usage)) counted = { ...counted, ...present(message.usage) }
    if (typeof message.stop_reason === 'string') finishReason = message.stop_reason
    const content: readonly unknown[] = Array.isArray(message.content) ? message.content : []
    for (const [i, block] of content.entries()) readBlock(block, i)
    begun ||= content.length > 0
  }

  const read = (value: unknown): ReplyPart => {
    if (!isObject(value)) return { kind: 'content' }
    const index = Number(value.index)
    switch (value.type) {
      case 'error':
        return readError(value.error)
      case 'message_stop':
        return { kind: 'end' }
      case 'message':
        readMessage(value)
        isCounted = true
        return { kind: 'content', value }
      case 'message_start':
        if (isObject(value.message)) readMessage(value.message)
        break
      case 'message_delta':
        if (isObject(value.usage)) {
          counted = { ...counted, ...present(value.usage) }
          isCounted = true
        }
        if (isObject(value.delta)) readMessage(value.delta)
        begun = true
        break
      case 'content_block_start':
        readBlock(value.content_block, index)
        begun ||= isObject(value.content_block) && !OPENINGS.has(String(value.content_block.type))
        break
      case 'content_block_delta':
        readDelta(value.delta, index)
        begun = true
        break
      case 'ping':
        break
      default:
        begun = true
    }
    return { kind: begun ? 'content' : 'preamble', value }
  }

  return {
    readEvent(data) {
      const event = parseEvent(data)
      return event === undefined ? { kind: 'broken' } : read(event)
    },
    read,
    isAnswer: (whole) => 'type' in whole && whole.type === 'message',
    finishReason: () => finishReason,
    usage(): Usage | undefined {
      const usage = readAnthropicUsage({ input_tokens: 0, output_tokens: 0, ...counted })
      // Nothing was counted: no call takes no tokens.
      if (usage === undefined || usage.promptTokens === 0) return undefined
      if (isCounted) return usage
      // Cut before its end: the prompt was counted, the answer was not.
      const completionTokens = Math.ceil((written + reasoningCharacters) / CHARACTERS_PER_TOKEN)
      return { ...usage, completionTokens, estimated: true }
    },
    reasoningCharacters: () => reasoningCharacters,
    text: () => pieces.join('') + toolCallText([...tools.values()].map(asToolCall)),
    toolCalls: () => [...tools.values()].map(asToolCall),
  }
}

/** Blocks that open empty, before anything of the answer is there. */
const OPENINGS = new Set(['text', 'thinking'])

/** A call without arguments streams none. */
function asToolCall({ id, name, input }: ToolUse): ToolCall {
  return { id, name, arguments: input === '' ? '{}' : input }
}

/** The last event says null of what it does not count. */
function present(usage: Fields): Fields {
  return Object.fromEntries(
    Object.entries(usage).filter(([, value]) => value !== null && value !== undefined),
  )
}

function readError(error: unknown): ReplyPart {
  const { type, message } = isObject(error) ? error : { type: undefined, message: error }
  const text = typeof message === 'string' ? message : JSON.stringify(error ?? 'an unnamed error')
  return { kind: 'error', message: text.slice(0, 500), status: statusOfType(type) }
}
