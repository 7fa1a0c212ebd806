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
  const words = text.trim().split(/\s+/)
  const count = characterCounts(text)
  const share = (places: number) => places / words.length
  return Float32Array.of(
    Math.log1p(wholeLength),
    Math.log1p(words.length),
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
    FIRST_WORDS.indexOf((words[0] ?? '').toLowerCase()),
    share(words.slice(1).filter(isCapitalised).length),
    share(words.filter((word) => word.length > LONG_WORD).length),
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

/** Counts the characters of each kind. */
function characterCounts(text: string): (kind: keyof typeof KINDS) => number {
  const counts = new Int32Array(NAMES.length + 1)
  const beyond = NAMES.indexOf('beyondAscii') + 1
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    counts[code < ASCII ? KIND_OF[code]! : beyond]!++
  }
  return (kind) => counts[NAMES.indexOf(kind) + 1]!
}

function isCapitalised(word: string): boolean {
  return /^[A-Z][a-z]/.test(word)
}

/** How the text ends: 1 question mark, 2 full stop, 3 colon, 4 letter, 5 anything else. */
function ending(text: string): number {
  const last = text.trimEnd().at(-1) ?? ''
  const known = ['?', '.', ':'].indexOf(last)
  return known >= 0 ? known + 1 : /[a-z]/i.test(last) ? 4 : 5
}
