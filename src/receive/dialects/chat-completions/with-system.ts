import { isObject } from '../../../json/is-object.ts'
import type { Fields } from '../../fields.ts'

/** The body with a system message in front, unless it has one; messages that are no list are left to be refused later. */
export function withSystem(body: Fields, text: string): Fields {
  const { messages } = body
  if (!Array.isArray(messages)) return body
  const isSystem = (message: unknown) =>
    isObject(message) && (message.role === 'system' || message.role === 'developer')
  if (messages.some(isSystem)) return body
  return { ...body, messages: [{ role: 'system', content: text }, ...messages] }
}
