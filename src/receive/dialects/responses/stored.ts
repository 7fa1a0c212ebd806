import { isObject } from '../../../json/is-object.ts'
import type { Fields } from '../../fields.ts'
import type { KeptAnswer, StoredAnswers, StoredReferences } from '../dialect.ts'
import { itemsIn, typeOf } from './input-items.ts'

/** How responses are kept, found again and gone on from. */
export const storedAnswers: StoredAnswers = { references, referencesIn, conversationOf, resolved, kept }

/** What a request refers to; looks at values that nobody has checked yet. */
export function references({ previous_response_id: previous, input }: Fields): StoredReferences {
  return { ...(typeof previous === 'string' ? { previous } : {}), items: referencesIn(itemsIn(input)) }
}

function referencesIn(items: readonly unknown[]): string[] {
  return items
    .filter(isObject)
    .flatMap((item) => (typeOf(item) === 'item_reference' && typeof item.id === 'string' ? [item.id] : []))
}

/** What was asked, as items, and then what was answered. Instructions are not carried on. */
function conversationOf(request: Fields, answer: Fields): Fields[] {
  const { input } = request
  const asked =
    typeof input === 'string' ? [{ type: 'message', role: 'user', content: input }] : itemsIn(input)
  return [...asked, ...itemsIn(answer.output)]
}

/** Items in place of the references to them; those that were not found stay references. */
function resolved(items: readonly unknown[], found: ReadonlyMap<string, Fields>): unknown[] {
  return items.map((item) => {
    if (!isObject(item) || typeOf(item) !== 'item_reference') return item
    return found.get(String(item.id)) ?? item
  })
}

/** A response as it is asked for again: what we were asked to do about storing it holds, not what its host was. */
function kept(asked: Fields, whole: Fields): KeptAnswer | undefined {
  if (typeof whole.id !== 'string') return undefined
  const previous = typeof asked.previous_response_id === 'string' ? asked.previous_response_id : null
  const items = itemsIn(whole.output).flatMap(({ id }) => (typeof id === 'string' ? [id] : []))
  const body = JSON.stringify({ ...whole, store: true, previous_response_id: previous })
  return { id: whole.id, previous, items, body }
}
