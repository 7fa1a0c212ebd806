import { isObject } from '../../../json/is-object.ts'
import type { ChatRequest } from '../../chat-request.ts'
import { type Fields, optional, readBoolean, readLimit, wrong } from '../../fields.ts'

/**
 * Narrow checks of the few fields that later stages rely on; null counts as absent, and what is not checked here
 * is the provider's to judge.
 *
 * @throws MeritorderError `invalid_request` naming the field that is wrong.
 */
export function readRequest(body: Fields): ChatRequest {
  const { messages, tools, stream, response_format: format, modalities } = body
  if (!Array.isArray(messages) || messages.length === 0) throw wrong('messages', 'a non-empty array')
  for (let i = 0; i < messages.length; i++) checkMessage(messages[i], i)
  optional(readBoolean, stream, 'stream')
  if (present(tools) && !Array.isArray(tools)) throw wrong('tools', 'an array')
  if (present(format) && !(isObject(format) && typeof format.type === 'string'))
    throw wrong('response_format', 'an object with a type')
  if (present(modalities) && !isStrings(modalities)) throw wrong('modalities', 'an array of strings')
  const maxTokens = optional(readLimit, body.max_tokens, 'max_tokens')
  const maxCompletionTokens = optional(readLimit, body.max_completion_tokens, 'max_completion_tokens')
  return {
    messages,
    ...(Array.isArray(tools) ? { tools } : {}),
    ...(isObject(format) && typeof format.type === 'string'
      ? { response_format: { type: format.type } }
      : {}),
    ...(maxTokens === undefined ? {} : { max_tokens: maxTokens }),
    ...(maxCompletionTokens === undefined ? {} : { max_completion_tokens: maxCompletionTokens }),
    ...(isStrings(modalities) ? { modalities } : {}),
  }
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}

function checkMessage(message: unknown, index: number): void {
  if (!isObject(message)) throw wrong(`messages[${index}]`, 'an object')
  if (typeof message.role !== 'string') throw wrong(`messages[${index}].role`, 'a string')
  const { content } = message
  if (!present(content) || typeof content === 'string') return
  if (!Array.isArray(content)) throw wrong(`messages[${index}].content`, 'a string or an array of parts')
  for (let part = 0; part < content.length; part++) {
    const value: unknown = content[part]
    if (!isObject(value) || typeof value.type !== 'string')
      throw wrong(`messages[${index}].content[${part}]`, 'an object with a type')
    if (value.type === 'text' && typeof value.text !== 'string')
      throw wrong(`messages[${index}].content[${part}].text`, 'a string')
  }
}

function present(value: unknown): boolean {
  return value !== undefined && value !== null
}
