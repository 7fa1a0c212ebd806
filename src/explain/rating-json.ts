import type { Rating } from '../record/rating.ts'

/** A rating as the API tells it. */
export function ratingJson({ kind, name, value, text, caller, ratedAt, source }: Rating) {
  return {
    kind,
    ...(name !== '' && { name }),
    ...(value !== null && { value }),
    ...(text !== null && { text }),
    caller,
    rated_at: new Date(ratedAt).toISOString(),
    source,
  }
}
