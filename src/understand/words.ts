import { FNV_BASIS, step } from './hash.ts'

/** Characters that are read at most: the beginning and the end of a longer text. */
const HEAD_CHARACTERS = 500
const TAIL_CHARACTERS = 200
/** Code units of one text that are read at most. */
export const READ = HEAD_CHARACTERS + TAIL_CHARACTERS

/** One text as it was read; reused from text to text. */
export interface ReadText {
  /** Folded code units; a space stands before the first. */
  readonly codes: Uint16Array
  /** Hashes of the words. */
  readonly words: Uint32Array
  /** 1 where a sentence ends after the word. */
  readonly ends: Uint8Array
  /** How many code units and words there are. */
  length: number
  count: number
}

/** Room for any text. */
export function textBuffer(): ReadText {
  return {
    codes: new Uint16Array(READ + 4),
    words: new Uint32Array(READ + 2),
    ends: new Uint8Array(READ + 2),
    length: 0,
    count: 0,
  }
}

/**
 * Reads a text as folded code units and hashed words, in UTF-16 code units and integer arithmetic only. Time is
 * bounded: of a longer text only the two ends are read.
 */
export function readText(text: string, into: ReadText): void {
  into.length = fold(text, into.codes)
  into.count = readWords(into)
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

export const LINE = 10
const SPACE = 32
export const DIGIT = 48
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
function readWords({ codes, words, ends, length }: ReadText): number {
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
