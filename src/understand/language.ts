import { eld } from 'eld/extrasmall'

/** Characters shown to the detector: more cost time and tell short prompts apart no better. */
const CHARACTERS_READ = 48
/** What a text must have more of than this to be worth asking about. */
const LETTERS_NEEDED = 3
/** Words that are frequent in English and words of no other language that is written in plain Latin letters. */
const ENGLISH = new Set(
  (
    'the what how write this that with you your please why are explain which would should when where does have give ' +
    'from there their they those who could about because between using following above below'
  ).split(' '),
)
const ENGLISH_CHARACTERS = 96

/**
 * The language of a text as ISO 639-1 code, or `und` where it cannot be told (no letters, or a script of none of
 * the 60 languages that the detector knows). Detection is Nito-ELD's byte 4-grams (`eld`, its smallest table) on
 * the first words of the text; plain English is told before by two of its own words, which is ten times faster.
 * The detector does not know Indonesian, which comes out as its neighbour Malay (`ms`).
 */
export function promptLanguage(text: string): string {
  const read = text.slice(0, CHARACTERS_READ)
  if (!hasLetters(read)) return 'und'
  if (isPlainEnglish(text.slice(0, ENGLISH_CHARACTERS))) return 'en'
  return eld.detect(read).language || 'und'
}

/** Two different words that only English has, one of them first or second, and no letter that English has not. */
function isPlainEnglish(text: string): boolean {
  let first = ''
  let start = 0
  let words = 0
  for (let i = 0; i <= text.length; i++) {
    const code = i < text.length ? text.charCodeAt(i) : 0
    if (code >= 0xc0 && (code < 0x2000 || code > 0x206f)) return false
    if ((code >= 97 && code <= 122) || (code >= 65 && code <= 90)) continue
    if (i > start) {
      words++
      if (first === '' && words > 2) return false
      const word = text.slice(start, i).toLowerCase()
      if (word !== first && ENGLISH.has(word)) {
        if (first !== '') return true
        first = word
      }
    }
    start = i + 1
  }
  return false
}

function hasLetters(text: string): boolean {
  let letters = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if ((code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code >= 0xc0) letters++
    if (letters > LETTERS_NEEDED || code >= 0x2e80) return true
  }
  return false
}
