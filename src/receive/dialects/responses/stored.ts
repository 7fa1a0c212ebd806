import type { Fields } from '../../fields.ts'
import { itemsIn, typeOf } from './input-items.ts'

/** What a request has of the answers that are kept here. */
export interface StoredReferences {
  /** The answer that it goes on from. */
  readonly previous?: string
  /** Items that it names instead of sending them. */
  readonly items: readonly string[]
}

/** What the request refers to; looks at values that nobody has checked yet. */
export function storedReferences({ previous_response_id: previous, input }: Fields): StoredReferences {
  const items = itemsIn(input).flatMap((item) =>
    typeOf(item) === 'item_reference' && typeof item.id === 'string' ? [item.id] : [],
  )
  return { ...(typeof previous === 'string' ? { previous } : {}), items }
}

/** True where the request is whole only together with what is kept here. */
export function refersToStored(body: Fields): boolean {
  const { previous, items } = storedReferences(body)
  return previous !== undefined || items.length > 0
}
