import { isObject } from '../../../json/is-object.ts'
import type { Fields } from '../../fields.ts'
import { textOfParts, thoughtOf } from './content-parts.ts'
import { unifiedReason } from './finish-reason.ts'

/** The choices of an event or of a whole reply as this caller can read them; undefined where they are so already. */
export function editedChoices(choices: unknown, openRouter: boolean): unknown[] | undefined {
  if (!Array.isArray(choices)) return undefined
  let edited: unknown[] | undefined
  // Most events stay as they are: for those nothing is made.
  for (let i = 0; i < choices.length; i++) {
    const choice: unknown = choices[i]
    const readable = isObject(choice) ? readableChoice(choice, openRouter) : undefined
    if (readable === undefined) continue
    edited ??= [...choices]
    edited[i] = readable
  }
  return edited
}

function readableChoice(choice: Fields, openRouter: boolean): Fields | undefined {
  const member = isObject(choice.delta) ? 'delta' : 'message'
  const message = isObject(choice[member])
    ? readableMessage(choice[member], openRouter, member === 'delta')
    : undefined
  const reason = openRouter ? ending(choice) : undefined
  if (message === undefined && reason === undefined) return undefined
  return { ...choice, ...(message === undefined ? {} : { [member]: message }), ...reason }
}

/** OpenRouter's word for the end, and the host's own; some hosts leave out that there is none yet. */
function ending({ finish_reason: reason, native_finish_reason: native }: Fields): Fields | undefined {
  if (reason === undefined) return { finish_reason: null }
  if (typeof reason !== 'string' || native !== undefined) return undefined
  return { finish_reason: unifiedReason(reason), native_finish_reason: reason }
}

function readableMessage(message: Fields, openRouter: boolean, streamed: boolean): Fields | undefined {
  const { content, tool_calls: calls } = message
  const text = Array.isArray(content) ? withText(content, openRouter) : undefined
  const thought = openRouter ? renamedThought(message) : undefined
  const tools = Array.isArray(calls) ? namedCalls(calls, streamed) : undefined
  const nulls = openRouter ? NO_NULLS.filter((member) => message[member] === null) : []
  if (text === undefined && thought === undefined && tools === undefined && nulls.length === 0)
    return undefined
  const edited: Record<string, unknown> = { ...message, ...text, ...thought }
  if (tools !== undefined) edited.tool_calls = tools
  for (const member of nulls) delete edited[member]
  if (thought !== undefined) delete edited.reasoning_content
  return edited
}

/** Members that OpenRouter's clients take only with a value. */
const NO_NULLS = ['role', 'tool_calls']

/** Content in parts as text, which is all that the clients can read; thoughts in it get a place of their own. */
function withText(parts: readonly unknown[], openRouter: boolean): Fields {
  const thought = thoughtOf(parts)
  return {
    content: textOfParts(parts),
    ...(thought === undefined ? {} : thoughts(thought, openRouter)),
  }
}

/** OpenRouter's clients know thoughts under another name. */
function renamedThought({ reasoning, reasoning_content: thought }: Fields): Fields | undefined {
  if (typeof thought !== 'string' || typeof reasoning === 'string') return undefined
  return thought === '' ? {} : thoughts(thought, true)
}

function thoughts(text: string, openRouter: boolean): Fields {
  if (!openRouter) return { reasoning: text }
  return {
    reasoning: text,
    reasoning_details: [{ type: 'reasoning.text', text, format: 'unknown', index: 0 }],
  }
}

/**
 * Calls with what OpenAI's client puts them together by, where a host leaves it out (Mistral): their place in a stream, and
 * their type. Undefined where they have both.
 */
function namedCalls(calls: readonly unknown[], streamed: boolean): unknown[] | undefined {
  const isNamed = (call: unknown) =>
    !isObject(call) || (streamed ? call.index !== undefined : call.type !== undefined)
  if (calls.every(isNamed)) return undefined
  return calls.map((call, index) =>
    isObject(call) ? { ...(streamed && { index }), type: 'function', ...call } : call,
  )
}
