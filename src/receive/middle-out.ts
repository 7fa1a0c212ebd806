import { isObject } from '../json/is-object.ts'

/** A conversation that lost something of its middle. */
export interface Shortened {
  readonly messages: readonly unknown[]
  /** Messages left out. */
  readonly dropped: number
  /** Characters cut out of the longest text that was left, 0 where leaving out was enough. */
  readonly cut: number
}

/**
 * Leaves messages out of a conversation, from its middle outwards, until it fits: as few as need be, never instructions
 * nor the last turn, and a tool's results only together with the call. Where that is not enough, the longest text that is
 * left and no instruction loses its own middle. Models attend least to the middle of what they read (Liu et al. 2023,
 * https://arxiv.org/abs/2307.03172).
 *
 * @param messages in the form of chat completions or of Anthropic's Messages.
 * @param fits whether a conversation fits; the more is left out, the sooner it does.
 * @returns undefined where nothing that may be done makes it fit.
 */
export function middleOut(
  messages: readonly unknown[],
  fits: (messages: readonly unknown[]) => boolean,
): Shortened | undefined {
  const units = unitsOf(messages)
  const without = (count: number) => {
    const gone = new Set(units.slice(0, count).flat())
    return messages.filter((_, i) => !gone.has(i))
  }
  const count = least(units.length, (n) => fits(without(n)))
  const left = without(count ?? units.length)
  const dropped = messages.length - left.length
  if (count !== undefined) return { messages: left, dropped, cut: 0 }
  const text = longestText(left)
  if (text === undefined) return undefined
  const shorter = (cut: number) => replaceText(left, text, withoutMiddle(text.value, cut))
  const cut = least(text.value.length, (n) => fits(shorter(n)))
  return cut === undefined ? undefined : { messages: shorter(cut), dropped, cut }
}

/** The smallest number from 0 to `most` for which it holds, when it holds for all above; undefined where for none. */
function least(most: number, holds: (n: number) => boolean): number | undefined {
  if (!holds(most)) return undefined
  let low = 0
  let high = most
  while (low < high) {
    const middle = (low + high) >> 1
    if (holds(middle)) high = middle
    else low = middle + 1
  }
  return low
}

/** Places of the messages that may go, those that go together in one unit, in the order in which they go. */
function unitsOf(messages: readonly unknown[]): readonly (readonly number[])[] {
  const lastTurn = messages.findLastIndex((message) => roleOf(message) === 'user' && !isResult(message))
  const units: number[][] = []
  for (const [i, message] of messages.slice(0, Math.max(0, lastTurn)).entries()) {
    if (isInstruction(message)) continue
    if (isResult(message) && units.length > 0) units.at(-1)!.push(i)
    else units.push([i])
  }
  const middle = (units.length - 1) / 2
  const distance = (place: number) => Math.abs(place - middle)
  return [...units.keys()].sort((a, b) => distance(a) - distance(b) || b - a).map((place) => units[place]!)
}

function roleOf(message: unknown): unknown {
  return isObject(message) ? message.role : undefined
}

function isInstruction(message: unknown): boolean {
  return roleOf(message) === 'system' || roleOf(message) === 'developer'
}

/** What answers a tool call: OpenAI's role `tool`, Anthropic's part `tool_result`. */
function isResult(message: unknown): boolean {
  if (!isObject(message)) return false
  const { role, content } = message
  const hasResult = (part: unknown) => isObject(part) && part.type === 'tool_result'
  return role === 'tool' || (Array.isArray(content) && content.some(hasResult))
}

/** Where a text stands: in a message, or in one of its parts. */
interface Text {
  readonly message: number
  readonly part?: number
  readonly value: string
}

function longestText(messages: readonly unknown[]): Text | undefined {
  let longest: Text | undefined
  const offer = (text: Text) => {
    if (text.value.length > (longest?.value.length ?? 0)) longest = text
  }
  for (const [message, item] of messages.entries()) {
    if (!isObject(item) || isInstruction(item)) continue
    const { content } = item
    if (typeof content === 'string') offer({ message, value: content })
    if (!Array.isArray(content)) continue
    for (const [part, one] of content.entries())
      if (isObject(one) && typeof one.text === 'string') offer({ message, part, value: one.text })
  }
  return longest
}

function replaceText(messages: readonly unknown[], { message, part }: Text, value: string): unknown[] {
  return messages.map((item, i) => {
    if (i !== message || !isObject(item)) return item
    if (part === undefined) return { ...item, content: value }
    const parts = item.content as readonly object[]
    return { ...item, content: parts.map((one, p) => (p === part ? { ...one, text: value } : one)) }
  })
}

/** The text without so many characters of its middle, never half of a surrogate pair. */
function withoutMiddle(text: string, cut: number): string {
  if (cut === 0) return text
  const start = (text.length - cut) >> 1
  const isLow = (at: number) => /[\udc00-\udfff]/.test(text[at] ?? '')
  const from = isLow(start) ? start - 1 : start
  const to = start + cut
  return `${text.slice(0, from)}…${text.slice(isLow(to) ? to + 1 : to)}`
}
