import isCreditCard from 'validator/lib/isCreditCard.js'
import { matches, type Span } from './span.ts'

/** Digits in one piece, in fours, or as American Express prints them. */
const CARD =
  /(?<![\d.])(?:\d{13,19}|\d{4}([ -])\d{4}\1\d{4}\1\d{1,4}(?:\1\d{1,3})?|\d{4}([ -])\d{6}\2\d{4,5})(?![\d])/g

/** Card numbers of known issuers whose check digit (Luhn, ISO/IEC 7812-1) is right. */
export function findCards(text: string): Iterable<Span> {
  return matches(text, CARD, isCard)
}

/** Whether this is a card number, written with or without spaces and hyphens. */
export function isCard(digits: string): boolean {
  return isCreditCard.default(digits)
}
