import { MeritorderError } from '../../../errors.ts'
import { isObject } from '../../../json/is-object.ts'
import type { ChatMessage, ChatRequest } from '../../chat-request.ts'
import {
  defined,
  type Fields,
  optional,
  readArray,
  readBoolean,
  readLimit,
  readObject,
  readString,
  wrong,
} from '../../fields.ts'
import { checkCalls } from './check-calls.ts'
import { type InputItem, inputItems, isHosted, typeOf } from './input-items.ts'
import { checkTools } from './read-tools.ts'
import { references } from './stored.ts'

/**
 * What choosing a model needs to know, after everything is checked that no host would take. What only some hosts take
 * (their own tools, stored files) is theirs to judge.
 *
 * @param earlier the items of the conversation that is gone on with, once it has been looked up
 * @throws MeritorderError `invalid_request` naming the field that is wrong.
 */
export function readRequest(body: Fields, earlier?: readonly unknown[]): ChatRequest {
  refuseOtherMachinery(body)
  optional(readBoolean, body.stream, 'stream')
  optional(readBoolean, body.store, 'store')
  optional(readString, body.previous_response_id, 'previous_response_id')
  const items = inputItems(body.input, earlier)
  for (const { item, field } of items) checkItem(item, field)
  if (earlier !== undefined || !refersToStored(body)) checkWhole(items)
  const tools = optional(readArray, body.tools, 'tools')
  if (tools !== undefined) checkTools(tools)
  const instructions = optional(readString, body.instructions, 'instructions')
  const system: ChatMessage[] = instructions ? [{ role: 'system', content: instructions }] : []
  const format = optional(readObject, optional(readObject, body.text, 'text')?.format, 'text.format')
  return {
    messages: [...system, ...items.flatMap(messageOf)],
    ...defined({
      tools,
      response_format: typeof format?.type === 'string' ? { type: format.type } : undefined,
      hosted: needsHost(body, items) ? ('responses' as const) : undefined,
      max_tokens: optional(readLimit, body.max_output_tokens, 'max_output_tokens'),
    }),
  }
}

/** A result may answer a call in the part of the conversation that is kept here. */
function refersToStored(body: Fields): boolean {
  const { previous, items } = references(body)
  return previous !== undefined || items.length > 0
}

/** What can be told only when everything that is kept here has been looked up. */
function checkWhole(items: readonly InputItem[]): void {
  for (const { item, field } of items)
    if (typeOf(item) === 'item_reference') {
      const what =
        'refers to an item that is not kept here. Send the item itself; clients do with store: false.'
      throw refusal(field, `${field} ${what}`)
    }
  checkCalls(items)
}

/** What would need machinery that this gateway does not have. */
function refuseOtherMachinery(body: Fields): void {
  const present = (field: string) => body[field] !== undefined && body[field] !== null
  if (optional(readBoolean, body.background, 'background') === true)
    throw refusal(
      'background',
      'background must be false: answers are given at once here, streamed or whole.',
    )
  if (present('conversation'))
    throw refusal(
      'conversation',
      'conversation is not known here. Go on from an answer with previous_response_id.',
    )
}

function refusal(field: string, message: string): MeritorderError {
  return new MeritorderError('invalid_request', message, { limit: field })
}

/** What only a host with this API can do: run its own tools, go on from their steps, read files that it stores. */
function needsHost(body: Fields, items: readonly InputItem[]): boolean {
  const tools = Array.isArray(body.tools) ? (body.tools as unknown[]) : []
  return (
    tools.some((tool) => isObject(tool) && tool.type !== 'function') ||
    items.some(({ item }) => isHosted(item) || hasStoredFile(item.content) || hasStoredFile(item.output))
  )
}

function hasStoredFile(content: unknown): boolean {
  return Array.isArray(content) && content.some((part) => isObject(part) && typeof part.file_id === 'string')
}

const ROLES = new Set(['user', 'assistant', 'system', 'developer'])

/** The form of an item as far as any host would ask for it. */
function checkItem(item: Fields, field: string): void {
  if (typeOf(item) === 'function_call') {
    readString(item.name, `${field}.name`)
    readString(item.arguments, `${field}.arguments`)
  }
  if (typeOf(item) === 'function_call_output' && typeof item.output !== 'string')
    checkParts(item.output, `${field}.output`)
  if (typeOf(item) !== 'message') return
  if (!ROLES.has(String(item.role))) throw wrong(`${field}.role`, 'one of user, assistant, system, developer')
  if (typeof item.content !== 'string') checkParts(item.content, `${field}.content`)
}

function checkParts(content: unknown, path: string): void {
  if (!Array.isArray(content)) throw wrong(path, 'a string or an array of parts')
  for (const [i, part] of content.entries()) {
    if (!isObject(part) || typeof part.type !== 'string')
      throw wrong(`${path}[${i}]`, 'an object with a type')
    if (part.type === 'input_text' || part.type === 'output_text') readString(part.text, `${path}[${i}].text`)
    if (part.type === 'input_image') checkImage(part, `${path}[${i}]`)
  }
}

/** An address, which is the provider's to fetch, or the image itself; plain http and files are nobody's to read. */
function checkImage({ image_url: url, file_id: file }: Fields, path: string): void {
  if (typeof file === 'string' && (url === undefined || url === null)) return
  const text = readString(url, `${path}.image_url`)
  if (!/^(https:\/\/.|data:image\/[\w.+-]+;base64,.)/i.test(text))
    throw wrong(`${path}.image_url`, 'a base64 data URL of an image, or an https address')
}

/** An item as a message, as far as it has words or media. */
function messageOf({ item }: InputItem): ChatMessage[] {
  const type = typeOf(item)
  if (type === 'function_call_output')
    return [{ role: 'tool', content: contentOf(item.output), tool_call_id: item.call_id }]
  return type === 'message' ? [{ role: String(item.role), content: contentOf(item.content) }] : []
}

/** Checked by `checkParts`. */
function contentOf(content: unknown): NonNullable<ChatMessage['content']> {
  return content as NonNullable<ChatMessage['content']>
}
