import { MeritorderError } from '../../errors.ts'
import { isObject } from '../../json/is-object.ts'
import { type ChatRequest, type RequestedTool, tokensOf } from '../chat-request.ts'

export type Fields = Readonly<Record<string, unknown>>

/** The member as an object, {} where it is none. */
export function record(value: unknown): Fields {
  return isObject(value) ? value : {}
}

/** The objects of a list; none where it is no list. */
export function records(value: unknown): Fields[] {
  return Array.isArray(value) ? value.filter(isObject) : []
}

/** A request that the real provider refuses as well. */
export function wrong(limit: string, message: string): MeritorderError {
  return new MeritorderError('invalid_request', message, { limit })
}

/** The body as an object. @throws MeritorderError `invalid_request` */
export function readBody(body: unknown): Fields {
  if (isObject(body)) return body
  throw wrong('body', 'the body must be a JSON object')
}

/** @throws MeritorderError `invalid_request` where there is no name. */
export function readModel(value: unknown): string {
  if (typeof value === 'string' && value !== '') return value
  throw wrong('model', 'model must be a non-empty string')
}

/** The messages. @throws MeritorderError `invalid_request` where there are none. */
export function readMessages(value: unknown, field: string): Fields[] {
  const messages = records(value)
  if (messages.length > 0) return messages
  throw wrong(field, `${field} must be an array with at least one message`)
}

/** A tool. @throws MeritorderError `invalid_request` where it has no name. */
export function toolOf(name: unknown, parameters: unknown, field: string): RequestedTool {
  if (typeof name !== 'string') throw wrong(field, 'a tool needs a function with a name')
  return { name, parameters: isObject(parameters) ? parameters : { type: 'object' } }
}

/** Text of a message whose content is a string or a list of parts with a `text`; the rest counts nothing. */
export function textOf(content: unknown): string {
  if (typeof content === 'string') return content
  return records(content)
    .map((part) => (typeof part.text === 'string' ? part.text : ''))
    .join('\n')
}

/** Counts, prompt and images of a conversation, from the texts of its messages. */
export function conversationFacts(
  texts: readonly string[],
  prompt: string,
  images: number,
): Pick<ChatRequest, 'prompt' | 'promptTokens' | 'images'> {
  const promptTokens = texts.reduce((sum, text) => sum + 4 + tokensOf(text), 3)
  return { prompt, promptTokens, images }
}

/** Who signs the thoughts of a simulated provider; real ones refuse what another has signed. */
export const SIGNATURE = Buffer.from('simulated thoughts').toString('base64')
