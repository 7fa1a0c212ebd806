import { createHash } from 'node:crypto'
import { isObject } from '../../json/is-object.ts'
import type { TextMessage } from './importer.ts'

/** A text that says something. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined
}

/** A number, or the text or truth value that stands for one in a CSV file; undefined for anything else. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'boolean') return value ? 1 : 0
  if (typeof value === 'bigint') return Number(value)
  const number =
    typeof value === 'string' ? (TRUTH.get(value.trim().toLowerCase()) ?? wholeText(value)) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined
}

const TRUTH: ReadonlyMap<string, number> = new Map([
  ['true', 1],
  ['false', 0],
])

function wholeText(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text)
}

/** A score as a quality from 0 to 1: its share of the best one; undefined for what is no such score. */
export function qualityOf(value: unknown, best: number): number | undefined {
  const score = numberOf(value)
  return score !== undefined && score >= 0 && score <= best ? score / best : undefined
}

/** An amount of 0 or more. */
export function amountOf(value: unknown): number | undefined {
  const amount = numberOf(value)
  return amount !== undefined && amount >= 0 ? amount : undefined
}

/** What JSON in a text says; other values, and texts that are no JSON, as they are. */
export function unpacked(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*[[{"]/.test(value)) return value
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}

/** Chat messages, or the text of a prompt as one; undefined where there is none, or more than text. */
export function messagesOf(value: unknown): readonly TextMessage[] | undefined {
  const said = unpacked(value)
  const text = textOf(said)
  if (text !== undefined) return [{ role: 'user', content: text }]
  const list = Array.isArray(said)
    ? said
    : isObject(said) && Array.isArray(said.messages)
      ? said.messages
      : []
  const messages = list.map((message: unknown): TextMessage | undefined => {
    if (!isObject(message) || typeof message.role !== 'string') return undefined
    const content = contentText(message.content)
    return content === undefined ? undefined : { role: message.role, content }
  })
  const whole = messages.filter((message) => message !== undefined)
  return whole.length === 0 || whole.length < messages.length ? undefined : whole
}

/** The text of a message's content; undefined where it holds something else too. */
export function contentText(content: unknown): string | undefined {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return undefined
  const texts = content.map((part: unknown) =>
    isObject(part) && typeof part.text === 'string' ? part.text : undefined,
  )
  return texts.includes(undefined) ? undefined : texts.join('\n')
}

/** An id for what has none: the same content has the same. */
export function contentId(content: unknown): string {
  return `prompt-${createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 24)}`
}
