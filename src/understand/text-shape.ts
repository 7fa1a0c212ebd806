/** Words a request begins with that say what kind it is. */
const FIRST_WORDS = [
  'what',
  'which',
  'who',
  'where',
  'when',
  'how',
  'why',
  'if',
  'the',
  'a',
  'in',
  'write',
  'let',
  'find',
  'is',
  'name',
]
const LONG_WORD = 8

/** How many numbers `textShape` gives. */
export const SHAPE_WIDTH = 22

/**
 * How a text looks, whatever it is about: length, lines, capitals, digits, formulas, quotes, how it begins and ends. On
 * mixed traffic these few numbers tell kinds of tasks apart nearly as well as all the words do (docs/learning-log.md).
 *
 * @param wholeLength characters of the text before it was clipped
 */
export function textShape(text: string, wholeLength: number): Float32Array {
  const length = Math.max(1, text.length)
  const { counts, words, firstWord, capitalised, long } = read(text)
  const count = (kind: keyof typeof KINDS) => counts[NAMES.indexOf(kind) + 1]!
  const share = (places: number) => places / words
  return Float32Array.of(
    Math.log1p(wholeLength),
    Math.log1p(words),
    Math.log1p(count('line')),
    count('upper') / length,
    share(count('upper')),
    /^\s*\p{Lu}/u.test(text) ? 1 : 0,
    count('digit') / length,
    Math.log1p(count('digit')),
    Math.log1p(count('dollar')),
    Math.log1p(count('backslash')),
    count('question'),
    ending(text),
    count('quote'),
    share(count('comma')),
    count('parenthesis'),
    Math.log1p(count('underscore')),
    Math.log1p(count('operator')),
    count('beyondAscii') / length,
    share(text.length),
    FIRST_WORDS.indexOf(firstWord.toLowerCase()),
    share(capitalised),
    share(long),
  )
}

/** Which characters are counted together. */
const KINDS = {
  upper: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  digit: '0123456789',
  line: '\n',
  dollar: '$',
  backslash: '\\',
  question: '?',
  quote: '"',
  comma: ',',
  parenthesis: '(',
  underscore: '_',
  operator: '^=+',
  beyondAscii: '',
}
const NAMES = Object.keys(KINDS)
const ASCII = 128
/** The kind of each ASCII character: 1 + its place in NAMES, 0 for what is not counted. */
const KIND_OF = new Uint8Array(ASCII)
for (const [kind, characters] of Object.values(KINDS).entries())
  for (const character of characters) KIND_OF[character.charCodeAt(0)] = kind + 1

/** What one walk over a text counts. */
interface Read {
  /** Characters of each kind, by 1 + its place in NAMES. */
  readonly counts: Int32Array
  /** Runs of characters that are no white space; 1 where there is none. */
  readonly words: number
  readonly firstWord: string
  /** Of all words but the first, those that begin with a capital and a small letter. */
  readonly capitalised: number
  readonly long: number
}

function read(text: string): Read {
  const counts = new Int32Array(NAMES.length + 1)
  let words = 0
  let firstWord = ''
  let capitalised = 0
  let long = 0
  let start = -1
  for (let i = 0; i <= text.length; i++) {
    const code = i < text.length ? text.charCodeAt(i) : SPACE
    if (i < text.length) counts[code < ASCII ? KIND_OF[code]! : BEYOND_ASCII]!++
    if (!isSpace(code)) {
      if (start < 0) start = i
      continue
    }
    if (start < 0) continue
    if (words === 0) firstWord = text.slice(start, i)
    else if (isCapitalised(text, start, i)) capitalised++
    if (i - start > LONG_WORD) long++
    words++
    start = -1
  }
  return { counts, words: Math.max(1, words), firstWord, capitalised, long }
}

const BEYOND_ASCII = NAMES.indexOf('beyondAscii') + 1
const SPACE = 32

/** White space as regular expressions (`\s`) know it. */
function isSpace(code: number): boolean {
  if (code < ASCII) return code === SPACE || (code >= 9 && code <= 13)
  return code >= 0xa0 && /\s/.test(String.fromCharCode(code))
}

/** Whether the word from `start` up to `end` begins with a capital and a small letter. */
function isCapitalised(text: string, start: number, end: number): boolean {
  const [first, second] = [text.charCodeAt(start), text.charCodeAt(start + 1)]
  return end - start > 1 && first >= 65 && first <= 90 && second >= 97 && second <= 122
}

/** How the text ends: 1 question mark, 2 full stop, 3 colon, 4 letter, 5 anything else. */
function ending(text: string): number {
  const last = text.trimEnd().at(-1) ?? ''
  const known = ['?', '.', ':'].indexOf(last)
  return known >= 0 ? known + 1 : /[a-z]/i.test(last) ? 4 : 5
}
