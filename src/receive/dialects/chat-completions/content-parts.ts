import { isObject } from '../../../json/is-object.ts'

/**
 * The text of content that comes in parts, as Mistral's reasoning models send it: `{type: 'text', text}` and
 * `{type: 'thinking', thinking: [{type: 'text', text}]}`.
 */
export function textOfParts(parts: readonly unknown[]): string {
  return parts.map((part) => (isObject(part) && typeof part.text === 'string' ? part.text : '')).join('')
}

/** The thoughts in content that comes in parts; undefined where there are none. */
export function thoughtOf(content: unknown): string | undefined {
  if (!Array.isArray(content)) return undefined
  const thought = content
    .map((part) => (isObject(part) && Array.isArray(part.thinking) ? textOfParts(part.thinking) : ''))
    .join('')
  return thought === '' ? undefined : thought
}
