/**
 * Text as hashed features in five blocks: word 1–2-grams, character 4-grams, word 1–3-grams of the first and of the
 * last sentence, and shape. (Character 3–5-grams cost three times as much and told intents apart no better.)
 *
 * Everything is computed from UTF-16 code units with integer arithmetic, so that the same text gives the same
 * hashes on every platform, whatever its Unicode tables. Changing anything here changes the meaning of fitted
 * artifacts: raise FEATURES_VERSION with it.
 */

/** What fitted artifacts name to say which hashing they were fitted with. */
export const FEATURES_VERSION = 1

/** The blocks, in the order they are written. */
export const FEATURE_BLOCKS = ['word', 'character', 'head', 'tail', 'shape'] as const

/** Characters that are read at most: the beginning and the end of a longer text. */
const HEAD_CHARACTERS = 500
const TAIL_CHARACTERS = 200
const READ = HEAD_CHARACTERS + TAIL_CHARACTERS
/** Character n-grams repeat what the words say: they read less of a long text, which costs no accuracy. */
const GRAM_HEAD = 320
const GRAM_TAIL = 100
/** Words of the first and of the last sentence that are read at most. */
const SENTENCE_WORDS = 32

/** The hashes of one text; reused from text to text. Block b is `hashes[starts[b] … starts[b + 1])`. */
export interface FeatureBuffer {
  /** In the order of the text; a feature that occurs twice stands twice. */
  readonly hashes: Uint32Array
  readonly starts: Int32Array
}

interface Scratch {
  readonly codes: Uint16Array
  readonly words: Uint32Array
  /** 1 where a sentence ends after the word. */
  readonly ends: Uint8Array
}

/** A buffer that holds the features of any text. */
export function featureBuffer(): FeatureBuffer {
  return {
    hashes: new Uint32Array(2 * (READ + 2) + (GRAM_HEAD + GRAM_TAIL + 4) + 6 * SENTENCE_WORDS + 64),
    starts: new Int32Array(FEATURE_BLOCKS.length + 1),
  }
}

const scratch: Scratch = {
  codes: new Uint16Array(READ + 4),
  words: new Uint32Array(READ + 2),
  ends: new Uint8Array(READ + 2),
}

/**
 * Writes the features of a text into the buffer. Time and space are bounded: of a text longer than
 * HEAD_CHARACTERS + TAIL_CHARACTERS only the two ends are read.
 */
export function hashFeatures(text: string, into: FeatureBuffer): void {
  const { starts } = into
  const length = fold(text, scratch.codes)
  const words = readWords(length, scratch)
  let at = 0
  at = wordGrams(0, words, 2, salt(0), into.hashes, at)
  starts[1] = at
  at = characterGrams(length, into.hashes, at)
  starts[2] = at
  at = wordGrams(0, firstSentenceEnd(words), 3, salt(2), into.hashes, at)
  starts[3] = at
  at = wordGrams(lastSentenceStart(words), words, 3, salt(3), into.hashes, at)
  starts[4] = at
  at = shapeFeatures(text, length, words, into.hashes, at)
  starts[5] = at
}

/**
 * Folds case and digits, collapses white space (to a line break where it holds one), and keeps the two ends of a
 * long text. Returns the length.
 */
function fold(text: string, codes: Uint16Array): number {
  const { length } = text
  codes[0] = SPACE
  let at = 1
  let previous = SPACE
  for (let i = 0; i < length; i++) {
    if (i === HEAD_CHARACTERS && length > READ) i = length - TAIL_CHARACTERS
    const code = foldCode(text.charCodeAt(i))
    if (code > SPACE || previous > SPACE) codes[at++] = code
    else if (code === LINE) codes[at - 1] = LINE
    previous = code
  }
  if (previous > SPACE) codes[at++] = SPACE
  return at
}

const LINE = 10
const SPACE = 32
const DIGIT = 48
const APOSTROPHE = 39

/** Lower case for Latin, Greek and Cyrillic, one code for all digits, one for all white space. */
function foldCode(code: number): number {
  if (code < 128) {
    if (code >= 65 && code <= 90) return code + 32
    if (code <= 32) return code === LINE ? LINE : SPACE
    return code >= 48 && code <= 57 ? DIGIT : code
  }
  if (code === 0xa0 || code === 0x3000 || code === 0x2028) return SPACE
  if (code === 0x2019) return APOSTROPHE
  if (code < 0x100) return code >= 0xc0 && code <= 0xde && code !== 0xd7 ? code + 32 : code
  if (code < 0x180) return code & 1 ? code : code + 1
  if (code >= 0x391 && code <= 0x3a9) return code + 32
  if (code >= 0x400 && code <= 0x42f) return code <= 0x40f ? code + 80 : code + 32
  return code
}

/** Letters of scripts that write words apart; everything above ASCII that is not punctuation counts. */
function isWordCode(code: number): boolean {
  if (code < 128) return (code >= 97 && code <= 122) || code === DIGIT || code === APOSTROPHE || code === 95
  return (
    code >= 0xc0 &&
    !(code >= 0x2000 && code <= 0x206f) &&
    !(code >= 0x3000 && code <= 0x303f) &&
    code < 0xff00
  )
}

/** Scripts written without spaces: every character is a word. */
function isOwnWord(code: number): boolean {
  return code >= 0x2e80 && code < 0xac00 && !(code >= 0x3000 && code <= 0x303f)
}

function endsSentence(code: number): boolean {
  return (
    code === LINE ||
    code === 46 ||
    code === 63 ||
    code === 33 ||
    code === 58 ||
    code === 0x3002 ||
    code === 0xff1f ||
    code === 0xff01
  )
}

/** Hashes the words and marks where sentences end. Returns how many words there are. */
function readWords(length: number, { codes, words, ends }: Scratch): number {
  let count = 0
  let hash = FNV_BASIS
  let inside = false
  for (let i = 1; i < length; i++) {
    const code = codes[i]!
    const word = isWordCode(code)
    if (word && !isOwnWord(code)) {
      hash = step(hash, code)
      inside = true
      continue
    }
    if (inside) {
      ends[count] = 0
      words[count++] = hash
      hash = FNV_BASIS
      inside = false
    }
    if (word) {
      ends[count] = 0
      words[count++] = step(FNV_BASIS, code)
    } else if (count > 0 && endsSentence(code)) ends[count - 1] = 1
  }
  return count
}

function firstSentenceEnd(words: number): number {
  const most = words < SENTENCE_WORDS ? words : SENTENCE_WORDS
  for (let i = 2; i < most; i++) if (scratch.ends[i] === 1) return i + 1
  return most
}

function lastSentenceStart(words: number): number {
  const least = words > SENTENCE_WORDS ? words - SENTENCE_WORDS : 0
  for (let i = words - 4; i >= least; i--) if (scratch.ends[i] === 1) return i + 1
  return least
}

function wordGrams(
  from: number,
  to: number,
  longest: number,
  salted: number,
  out: Uint32Array,
  start: number,
): number {
  const { words } = scratch
  let at = start
  for (let i = from; i < to; i++) {
    let hash = mix(salted, words[i]!)
    out[at++] = hash
    for (let n = 1; n < longest && i + n < to; n++) {
      hash = mix(hash, words[i + n]!)
      out[at++] = hash
    }
  }
  return at
}

function characterGrams(length: number, out: Uint32Array, start: number): number {
  const at = gramRange(0, length > GRAM_HEAD + GRAM_TAIL ? GRAM_HEAD : length, out, start)
  return length > GRAM_HEAD + GRAM_TAIL ? gramRange(length - GRAM_TAIL, length, out, at) : at
}

function gramRange(from: number, to: number, out: Uint32Array, start: number): number {
  const { codes } = scratch
  const seed = salt(1)
  let at = start
  for (let i = from; i + 3 < to; i++) {
    out[at++] = step(step(step(step(seed, codes[i]!), codes[i + 1]!), codes[i + 2]!), codes[i + 3]!) >>> 0
  }
  return at
}

/** Length, lines, lists, questions, quotes, code and script, each as one hashed bin. */
function shapeFeatures(text: string, length: number, words: number, out: Uint32Array, start: number): number {
  const { codes } = scratch
  let question = 0
  let quote = 0
  let symbol = 0
  let digit = 0
  let foreign = 0
  let lines = 0
  for (let i = 0; i < length; i++) {
    const code = codes[i]!
    if (code === 63 || code === 0xff1f) question++
    else if (code === 34 || code === 0x201c) quote++
    else if (code === DIGIT) digit++
    else if (code >= 128) foreign++
    else if (code === LINE) lines++
    else if (code === 123 || code === 125 || code === 59 || code === 61 || code === 40 || code === 60)
      symbol++
  }
  const shape = [
    bin(text.length, 2),
    bin(words, 1),
    bin(lines, 1),
    codes[length - 2] === 63 || codes[length - 2] === 0xff1f ? 1 : codes[length - 2] === 58 ? 2 : 0,
    Math.min(question, 3),
    Math.min(quote, 4),
    bin((symbol * 256) / length, 1),
    bin((digit * 256) / length, 1),
    bin((foreign * 16) / length, 1),
  ]
  let at = start
  for (let i = 0; i < shape.length; i++) out[at++] = mix(salt(4) + i, shape[i]!)
  return at
}

/** Log2 bins, `parts` to the octave: 0 for nothing. Integer steps only, so that every platform agrees. */
function bin(value: number, parts: number): number {
  let octave = 0
  let rest = value
  while (rest >= 2) {
    rest /= 2
    octave++
  }
  return value < 1 ? 0 : 1 + octave * parts + (parts === 2 && rest >= 1.5 ? 1 : 0)
}

const FNV_BASIS = 0x811c9dc5 | 0

/** One FNV-1a step over a code unit. */
function step(hash: number, code: number): number {
  return Math.imul(hash ^ code, 0x01000193)
}

/** Joins two hashes, in order, with a murmur3-style finish. Unsigned. */
function mix(a: number, b: number): number {
  let hash = Math.imul(Math.imul(a, 0x9e3779b1) ^ b, 0x85ebca6b)
  hash ^= hash >>> 15
  return Math.imul(hash, 0xc2b2ae35) >>> 0
}

function salt(block: number): number {
  return step(step(FNV_BASIS, 0x4d45), block)
}
