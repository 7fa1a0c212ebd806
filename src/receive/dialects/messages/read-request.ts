import { isObject } from '../../../json/is-object.ts'
import type { ChatMessage, ChatRequest, ContentPart } from '../../chat-request.ts'
import { type Fields, optional, readArray, readBoolean, readLimit, readString, wrong } from '../../fields.ts'

const ROLES = new Set(['user', 'assistant', 'system'])

/**
 * What choosing a model needs of a Messages body, as the messages of a chat: the system prompt first, results of tools
 * as messages of their own. Null counts as absent. What is not checked here is the provider's to judge, or the
 * translation's.
 *
 * @throws MeritorderError `invalid_request` naming the field that is wrong.
 */
export function readRequest(body: Fields): ChatRequest {
  optional(readBoolean, body.stream, 'stream')
  return { ...readConversation(body), max_tokens: readLimit(body.max_tokens, 'max_tokens') }
}

/** The same without the limit on the answer, which counting tokens does not ask for. @throws MeritorderError `invalid_request` */
export function readConversation(body: Fields): ChatRequest {
  const messages = readArray(body.messages, 'messages')
  if (messages.length === 0) throw wrong('messages', 'a non-empty array')
  const tools = optional(readArray, body.tools, 'tools')
  const format = isObject(body.output_config) ? body.output_config.format : undefined
  return {
    messages: [
      ...readSystem(body.system),
      ...messages.flatMap((message, i) => readMessage(message, `messages[${i}]`)),
    ],
    ...(tools === undefined ? {} : { tools }),
    ...(tools?.some(isAnthropics) || messages.some(refersToFile) ? { hosted: 'messages' as const } : {}),
    ...(isObject(format ?? body.output_format) ? { response_format: { type: 'json_schema' } } : {}),
  }
}

/** A tool that Anthropic's hosts run or have trained their models for. */
function isAnthropics(tool: unknown): boolean {
  return isObject(tool) && typeof tool.type === 'string' && tool.type !== 'custom'
}

/** A block whose content lies at Anthropic. */
function refersToFile(message: unknown): boolean {
  return isObject(message) && Array.isArray(message.content) && message.content.some(isStored)
}

function isStored(block: unknown): boolean {
  if (!isObject(block)) return false
  if (block.type === 'container_upload') return true
  return isObject(block.source) ? block.source.type === 'file' : refersToFile(block)
}

function readSystem(system: unknown): ChatMessage[] {
  if (system === undefined || system === null) return []
  return [{ role: 'system', content: readContent(system, 'system').flatMap(partsOf) }]
}

function readMessage(message: unknown, field: string): ChatMessage[] {
  if (!isObject(message)) throw wrong(field, 'an object')
  const role = readString(message.role, `${field}.role`)
  if (!ROLES.has(role)) throw wrong(`${field}.role`, `one of ${[...ROLES].join(', ')}`)
  if (typeof message.content === 'string') return [{ role, content: message.content }]
  const blocks = readContent(message.content, `${field}.content`)
  const results = blocks.filter(({ type }) => type === 'tool_result')
  const calls = blocks.filter(({ type }) => type === 'tool_use')
  const said = { role, content: blocks.flatMap(partsOf), ...(calls.length > 0 && { tool_calls: calls }) }
  return [
    ...results.map(({ content, tool_use_id: id }) => ({
      role: 'tool',
      content: resultParts(content),
      tool_call_id: id,
    })),
    ...(said.content.length > 0 || calls.length > 0 ? [said] : []),
  ]
}

type Block = Fields & { readonly type: string }

function readContent(content: unknown, field: string): readonly Block[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }]
  if (!Array.isArray(content)) throw wrong(field, 'a string or an array of content blocks')
  return content.map((block: unknown, i) => {
    if (!isObject(block) || typeof block.type !== 'string')
      throw wrong(`${field}[${i}]`, 'an object with a type')
    if (block.type === 'text') readString(block.text, `${field}[${i}].text`)
    return { ...block, type: block.type }
  })
}

function resultParts(content: unknown): ContentPart[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }]
  return Array.isArray(content) ? content.filter(isBlock).flatMap(partsOf) : []
}

function isBlock(value: unknown): value is Block {
  return isObject(value) && typeof value.type === 'string'
}

/** A block as far as its text or its medium matters; calls, results and thoughts have their own place or none. */
function partsOf(block: Block): ContentPart[] {
  if (block.type === 'text') return [{ type: 'text', text: String(block.text) }]
  if (block.type === 'image') return [{ type: 'image' }]
  if (block.type === 'search_result' && Array.isArray(block.content))
    return block.content.filter(isBlock).flatMap(partsOf)
  if (block.type === 'document' && isObject(block.source)) return documentParts(block.source)
  return []
}

/** Only a PDF needs a model that reads files; the rest is text and images. */
function documentParts({ type, data, content }: Fields): ContentPart[] {
  if (type === 'text' && typeof data === 'string') return [{ type: 'text', text: data }]
  if (type === 'content') return resultParts(content)
  return [{ type: 'document' }]
}
