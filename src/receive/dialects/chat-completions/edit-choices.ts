import { type Fields, isObject } from '../../fields.ts'
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
  const message = isObject(choice[member]) ? readableMessage(choice[member], openRouter) : undefined
  const reason = openRouter ? ending(choice) : undefined
  if (message === undefined && reason === undefined) return undefined
  return { ...choice, ...(message === undefined ? {} : { [member]: message }), ...reason }
}

/** OpenRouter's word for the end, and the host's own. */
function ending({ finish_reason: reason, native_finish_reason: native }: Fields): Fields | undefined {
  if (typeof reason !== 'string' || native !== undefined) return undefined
  return { finish_reason: unifiedReason(reason), native_finish_reason: reason }
}

function readableMessage(message: Fields, openRouter: boolean): Fields | undefined {
  if (Array.isArray(message.content)) return withText(message, message.content, openRouter)
  // OpenRouter's clients know thoughts under another name.
  if (!openRouter || typeof message.reasoning_content !== 'string' || typeof message.reasoning === 'string')
    return undefined
  const { reasoning_content: thought, ...rest } = message
  return thought === '' ? rest : { ...rest, ...thoughts(String(thought), openRouter) }
}

/** Content in parts as text, which is all that the clients can read; thoughts in it get a place of their own. */
function withText(message: Fields, parts: readonly unknown[], openRouter: boolean): Fields {
  const thought = thoughtOf(parts)
  return {
    ...message,
    content: textOfParts(parts),
    ...(thought === undefined ? {} : thoughts(thought, openRouter)),
  }
}

function thoughts(text: string, openRouter: boolean): Fields {
  if (!openRouter) return { reasoning: text }
  return {
    reasoning: text,
    reasoning_details: [{ type: 'reasoning.text', text, format: 'unknown', index: 0 }],
  }
}
