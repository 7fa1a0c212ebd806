import { GIVEN_NAMES } from './given-names.ts'
import type { Span } from './span.ts'

const WORD = /(?<![\p{L}\p{N}_])\p{Lu}[\p{L}'’-]*/gu
/** What a person says or writes right before a name. */
const INTRODUCED =
  /(?:my name is|my name's|name is|i am called|call me|signed|sincerely|regards|best wishes|cheers|ich heiße|mein name ist|mit freundlichen grüßen|je m'appelle|mon nom est|cordialement|me llamo|mi nombre es|saludos|mi chiamo|meu nome é|mam na imię)[,:]?\s{1,3}$/i
const SALUTATION =
  /(?:^|[^\p{L}])(?:dear|hi|hello|hey|mr\.?|mrs\.?|ms\.?|miss|dr\.?|prof\.?|herr|herrn|frau|lieber?|hallo|sehr geehrter herr|sehr geehrte frau|monsieur|madame|cher|chère|estimad[oa]|señora?|signora?|caro|cara)\s$/iu
/** Looked at before a word, in characters. */
const BEFORE = 40
/** What else follows a salutation. */
const NOBODY = new Set(
  'Mr Mrs Ms Miss Dr Prof Sir Sirs Madam All Everyone Everybody Team There World Hiring Customer Customers Friend Friends Colleague Colleagues Folks Guys Support Claude Assistant Alle Zusammen Kollegen Damen Herren Leute Welt Tous Todos Tutti'.split(
    ' ',
  ),
)
/** Given name, and family names after it. */
const MOST_WORDS = 3

/**
 * Names of people: known given names with the capitalised words after them, and capitalised words behind a salutation or
 * "my name is". A family name alone, a rare given name and one in small letters are not found.
 */
export function* findNames(text: string): Generator<Span> {
  let open: { start: number; end: number; words: number } | undefined
  for (const { index, 0: match } of text.matchAll(WORD)) {
    const word = match.replace(/['’]s$|['’-]+$/, '')
    const end = index + word.length
    const follows = open !== undefined && index === open.end + 1 && text[open.end] === ' '
    if (open !== undefined && follows && open.words < MOST_WORDS) {
      open = { start: open.start, end, words: open.words + 1 }
      continue
    }
    if (open !== undefined) yield open
    open = beginsName(text, index, word) ? { start: index, end, words: 1 } : undefined
  }
  if (open !== undefined) yield open
}

function beginsName(text: string, index: number, word: string): boolean {
  if (GIVEN_NAMES.has(word)) return true
  const before = text.slice(Math.max(0, index - BEFORE), index)
  if (!/\s$/.test(before) || NOBODY.has(word)) return false
  return INTRODUCED.test(before) || SALUTATION.test(before)
}
