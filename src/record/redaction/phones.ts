import { parsePhoneNumberFromString } from 'libphonenumber-js/min'
import { matches, type Span } from './span.ts'

/** +49 30 123456 or 0049 30 123456: the country is said. */
const INTERNATIONAL = /(?<![\w+])(?:\+|00(?=[1-9]))\d(?:[ ./()-]{0,2}\d){6,14}(?!\d)/g
/** (415) 555-2671, 415-555-2671 or 1-415-555-2671, as North America writes them. */
const AMERICAN = /(?<![\w+.-])(?:1[ .-])?(?:\(\d{3}\) ?|\d{3}([ .-]))\d{3}\1?[ .-]?\d{4}(?![\w-])/g
/** Any other, behind a word that says what it is. */
const NAMED =
  /(?=[(\d])(?<=(?:(?<!\p{L})(?:phone|telephone|tel|mobile|cell|fax|call|text|whatsapp|telefon|handy|mobil|téléphone|teléfono|móvil|telefono|cellulare)|电话|電話)(?: number| no| nummer| is| me at| us at| at){0,2}[.:]{0,2} {0,2})\(?0?\d(?:[ ./()-]{0,2}\d){5,13}(?!\d)/giu
/** A check takes some 40 µs: a text with more numbers than this is a list of them, and the rest goes unchecked. */
const MOST_CHECKED = 1_000

/**
 * Phone numbers: international and North American ones that are possible in their country, and those that stand behind a
 * word such as "phone". National numbers of other countries without such a word are not found.
 */
export function* findPhones(text: string): Generator<Span> {
  let checked = 0
  const checkedBy = (check: (match: string) => boolean) => (match: string) =>
    ++checked > MOST_CHECKED || check(match)
  yield* matches(text, INTERNATIONAL, checkedBy(isInternational))
  yield* matches(text, AMERICAN, checkedBy(isAmerican))
  yield* matches(text, NAMED)
}

function isAmerican(match: string): boolean {
  return parsePhoneNumberFromString(match, 'US')?.isValid() === true
}

function isInternational(match: string): boolean {
  return parsePhoneNumberFromString(match.replace(/^00/, '+'))?.isPossible() === true
}
