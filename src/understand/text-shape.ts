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
  const share = (word: (word: string) => boolean) => words.filter(word).length / words.length
  return Float32Array.of(
    Math.log1p(wholeLength),
    Math.log1p(words.length),
    Math.log1p(count.line),
    count.upper / length,
    count.upper / words.length,
    /^\s*\p{Lu}/u.test(text) ? 1 : 0,
    count.digit / length,
    Math.log1p(count.digit),
    Math.log1p(count.dollar),
    Math.log1p(count.backslash),
    count.question,
    ending(text),
    count.quote,
    count.comma / words.length,
    count.parenthesis,
    Math.log1p(count.underscore),
    Math.log1p(count.operator),
    count.beyondAscii / length,
    text.length / words.length,
    FIRST_WORDS.indexOf((words[0] ?? '').toLowerCase()),
    words.slice(1).filter((word) => /^[A-Z][a-z]/.test(word)).length / words.length,
    share((word) => word.length > LONG_WORD),
  )
}

function characterCounts(text: string) {
  const count = {
    upper: 0,
    digit: 0,
    line: 0,
    dollar: 0,
    backslash: 0,
    question: 0,
    quote: 0,
    comma: 0,
    parenthesis: 0,
    underscore: 0,
    operator: 0,
    beyondAscii: 0,
  }
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code >= 65 && code <= 90) count.upper++
    else if (code >= 48 && code <= 57) count.digit++
    else if (code > 127) count.beyondAscii++
    else {
      const kind = KINDS[String.fromCharCode(code)]
      if (kind !== undefined) count[kind]++
    }
  }
  return count
}

const KINDS: Readonly<Record<string, keyof ReturnType<typeof characterCounts>>> = {
  '\n': 'line',
  $: 'dollar',
  '\\': 'backslash',
  '?': 'question',
  '"': 'quote',
  ',': 'comma',
  '(': 'parenthesis',
  _: 'underscore',
  '^': 'operator',
  '=': 'operator',
  '+': 'operator',
}

/** How the text ends: 1 question mark, 2 full stop, 3 colon, 4 letter, 5 anything else. */
function ending(text: string): number {
  const last = text.trimEnd().at(-1) ?? ''
  const known = ['?', '.', ':'].indexOf(last)
  return known >= 0 ? known + 1 : /[a-z]/i.test(last) ? 4 : 5
}
