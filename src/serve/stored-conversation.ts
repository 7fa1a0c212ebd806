import { MeritorderError } from '../errors.ts'
import type { StoredAnswers } from '../receive/dialects/dialect.ts'
import type { Recorder } from '../record/recorder.ts'
import type { FoundResponse } from '../record/stored-response.ts'

type Fields = Readonly<Record<string, unknown>>

/** Where kept answers are looked for, whose, and how many bytes are read of them at most. */
export interface Store {
  readonly recorder: Recorder
  readonly stored: StoredAnswers
  readonly caller: string
  readonly maxBytes: number
}

/** One request and what was answered. */
export interface Turn {
  readonly request: Fields
  readonly answer: Fields
}

/** Answers that one conversation is read from at most, and answers looked through for items that a call names. */
const MOST_ANSWERS = 200

/**
 * The turns of the conversation that ends with a kept answer, oldest first.
 *
 * @throws MeritorderError `invalid_request` when some of it is not here, or there is too much of it; `server` when the database does not work.
 */
export async function readConversation(store: Store, last: string): Promise<Turn[]> {
  const { recorder, caller, maxBytes } = store
  const found = await recorder.findConversation(last, caller, { responses: MOST_ANSWERS, bytes: maxBytes })
  if (found.kind === 'whole') return found.responses.map(turnOf)
  if (found.kind === 'too_long')
    throw refusal(
      `The conversation up to '${named(last)}' has more than ${MOST_ANSWERS} answers or ${maxBytes} bytes. Send what matters of it as input.`,
    )
  throw refusal(
    found.id === last
      ? `Previous response with id '${named(last)}' not found.`
      : `The conversation up to '${named(last)}' is not whole: '${named(found.id)}' is not kept any more. Send it as input.`,
  )
}

/** Items with those that they only name in place of the names, as far as such are kept. */
export async function withNamedItems(store: Store, items: readonly unknown[]): Promise<readonly unknown[]> {
  const { recorder, stored, caller } = store
  const names = stored.referencesIn(items)
  if (names.length === 0) return items
  const found = new Map<string, Fields>()
  // Newest first, so that the oldest of several items of one name is overwritten by the newest.
  for (const body of (await recorder.findItems(names, caller, MOST_ANSWERS)).reverse())
    for (const item of stored.conversationOf({}, JSON.parse(body) as Fields))
      if (typeof item.id === 'string') found.set(item.id, item)
  return stored.resolved(items, found)
}

function turnOf({ request, body }: FoundResponse): Turn {
  return {
    request: JSON.parse(Buffer.from(request).toString('utf8')) as Fields,
    answer: JSON.parse(body) as Fields,
  }
}

/** OpenAI's own code for it. */
function refusal(message: string): MeritorderError {
  const limit = 'previous_response_id'
  return new MeritorderError('invalid_request', message, {
    limit,
    metadata: { code: 'previous_response_not_found' },
  })
}

function named(id: string): string {
  return id.slice(0, 100)
}
