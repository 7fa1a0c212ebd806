import { MeritorderError } from '../../errors.ts'
import { isPlace, PLACE_WORDS, PLACES } from '../../market/places.ts'
import { type Reader, readArray, wrong } from '../fields.ts'

/** At most this many names in one list, as OpenRouter allows; none is longer than that of a model may be. */
const MAX_NAMES = 1024
const MAX_NAME = 256

/** A list of names; an empty one counts as absent. Lists are remembered while deciding, and globs are tried on every model. */
export const readNames: Reader<readonly string[] | undefined> = (value, field) => {
  if (
    Array.isArray(value) &&
    value.length <= MAX_NAMES &&
    value.every((item) => typeof item === 'string' && item !== '' && item.length <= MAX_NAME)
  )
    return value.length === 0 ? undefined : (value as string[])
  throw wrong(field, `an array of at most ${MAX_NAMES} names of up to ${MAX_NAME} characters`)
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

/** A list of countries and groups of countries; an empty one counts as absent. */
export const readPlaces: Reader<readonly string[] | undefined> = (value, field) => {
  const places = readArray(value, field)
  const at = places.findIndex((place) => !isPlace(place))
  if (at >= 0 || places.length > PLACES.length)
    throw new MeritorderError('invalid_request', `${field}[${Math.max(at, 0)}] must be ${PLACE_WORDS}.`, {
      limit: field,
      metadata: { allowed: PLACES },
    })
  return places.length === 0 ? undefined : (places as readonly string[])
}
