import { type Reader, wrong } from '../fields.ts'

/** At most this many names in one list, as OpenRouter allows. */
const MAX_NAMES = 1024

/** A list of names; an empty one counts as absent. */
export const readNames: Reader<readonly string[] | undefined> = (value, field) => {
  if (
    Array.isArray(value) &&
    value.length <= MAX_NAMES &&
    value.every((item) => typeof item === 'string' && item !== '')
  )
    return value.length === 0 ? undefined : (value as string[])
  throw wrong(field, `an array of at most ${MAX_NAMES} names`)
}

/** A finite number that is not negative. */
export const readAmount: Reader<number> = (value, field) => {
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value
  throw wrong(field, 'a number of at least 0')
}

/** A number from 0 to `most`. */
export function readUpTo(most: number): Reader<number> {
  return (value, field) => {
    if (typeof value === 'number' && value >= 0 && value <= most) return value
    throw wrong(field, `a number from 0 to ${most}`)
  }
}
