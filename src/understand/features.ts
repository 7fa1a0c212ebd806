import { FNV_BASIS, mix, step } from './hash.ts'
import { DIGIT, LINE, READ, type ReadText, readText, textBuffer } from './words.ts'

/**
 * Text as hashed features in six blocks: word 1–2-grams, character 4-grams, word 1–3-grams of the first and of the
 * last sentence, shape, and word 1–4-grams at the start of every sentence, where requests stand. (Character 3–5-grams
 * cost three times as much and told intents apart no better.)
 *
 * Everything is computed from UTF-16 code units with integer arithmetic, so that the same text gives the same
 * hashes on every platform, whatever its Unicode tables. Changing anything here changes the meaning of fitted
 * artifacts: raise FEATURES_VERSION with it.
 */

/** What fitted artifacts name to say which hashing they were fitted with. */
export const FEATURES_VERSION = 2

/** The blocks, in the order they are written. */
export const FEATURE_BLOCKS = ['word', 'character', 'head', 'tail', 'shape', 'start'] as const

/** Character n-grams repeat what the words say: they read less of a long text, which costs no accuracy. */
const GRAM_HEAD = 320
const GRAM_TAIL = 100
/** Words of the first and of the last sentence that are read at most. */
const SENTENCE_WORDS = 32
/** Words at the start of a sentence that are read together at most. */
const START_WORDS = 4

/** Features of one text at most. */
export const MOST_FEATURES = 3 * (READ + 2) + (GRAM_HEAD + GRAM_TAIL + 4) + 6 * SENTENCE_WORDS + 64

/** The hashes of one text; reused from text to text. Block b is `hashes[starts[b] … starts[b + 1])`. */
export interface FeatureBuffer {
  /** In the order of the text; a feature that occurs twice stands twice. */
  readonly hashes: Uint32Array
  readonly starts: Int32Array
}

/** A buffer that holds the features of any text. */
export function featureBuffer(): FeatureBuffer {
  return {
    hashes: new Uint32Array(MOST_FEATURES),
    starts: new Int32Array(FEATURE_BLOCKS.length + 1),
  }
}

const read: ReadText = textBuffer()
const last: FeatureBuffer = featureBuffer()
let lastText: string | undefined

/**
 * The features of a text, hashed once for all who ask about it in turn: the intents, a predictor, own intents. They
 * stand until another text is asked about, and are not to be written to.
 */
export function featuresOf(text: string): FeatureBuffer {
  if (text !== lastText) hashFeatures(text, last)
  lastText = text
  return last
}

/**
 * Writes the features of a text into the buffer. Time and space are bounded: of a text longer than READ code units
 * only the two ends are read.
 */
export function hashFeatures(text: string, into: FeatureBuffer): void {
  const { starts, hashes } = into
  readText(text, read)
  const { count } = read
  let at = 0
  at = wordGrams(0, count, 2, salt(0), hashes, at)
  starts[1] = at
  at = characterGrams(hashes, at)
  starts[2] = at
  at = wordGrams(0, firstSentenceEnd(count), 3, salt(2), hashes, at)
  starts[3] = at
  at = wordGrams(lastSentenceStart(count), count, 3, salt(3), hashes, at)
  starts[4] = at
  at = shapeFeatures(text, hashes, at)
  starts[5] = at
  at = sentenceStarts(hashes, at)
  starts[6] = at
}

function firstSentenceEnd(words: number): number {
  const most = words < SENTENCE_WORDS ? words : SENTENCE_WORDS
  for (let i = 2; i < most; i++) if (read.ends[i] === 1) return i + 1
  return most
}

function lastSentenceStart(words: number): number {
  const least = words > SENTENCE_WORDS ? words - SENTENCE_WORDS : 0
  for (let i = words - 4; i >= least; i--) if (read.ends[i] === 1) return i + 1
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
  const { words } = read
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

/** The first words of every sentence: alone, and with up to three that follow in the same sentence. */
function sentenceStarts(out: Uint32Array, start: number): number {
  const { words, ends, count } = read
  const seed = salt(5)
  let at = start
  let isFirst = true
  for (let i = 0; i < count; i++) {
    if (isFirst) {
      let hash = mix(seed, words[i]!)
      out[at++] = hash
      for (let n = 1; n < START_WORDS && i + n < count && ends[i + n - 1] === 0; n++) {
        hash = mix(hash, words[i + n]!)
        out[at++] = hash
      }
    }
    isFirst = ends[i] === 1
  }
  return at
}

function characterGrams(out: Uint32Array, start: number): number {
  const { length } = read
  const at = gramRange(0, length > GRAM_HEAD + GRAM_TAIL ? GRAM_HEAD : length, out, start)
  return length > GRAM_HEAD + GRAM_TAIL ? gramRange(length - GRAM_TAIL, length, out, at) : at
}

function gramRange(from: number, to: number, out: Uint32Array, start: number): number {
  const { codes } = read
  const seed = salt(1)
  let at = start
  for (let i = from; i + 3 < to; i++) {
    out[at++] = step(step(step(step(seed, codes[i]!), codes[i + 1]!), codes[i + 2]!), codes[i + 3]!) >>> 0
  }
  return at
}

/** Length, lines, lists, questions, quotes, code and script, each as one hashed bin. */
function shapeFeatures(text: string, out: Uint32Array, start: number): number {
  const { codes, length, count } = read
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
    bin(count, 1),
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

function salt(block: number): number {
  return step(step(FNV_BASIS, 0x4d45), block)
}
