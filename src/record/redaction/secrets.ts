import { matches, type Span } from './span.ts'

/** Keys that their makers let begin with something of their own. Each begins where a word begins, so that no run is read twice. */
const PREFIXED = new RegExp(
  `(?<![\\w-])(?:${[
    'sk-[\\w-]{16,}', // OpenAI, Anthropic, OpenRouter, DeepSeek
    '(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{16,}', // Stripe
    '(?:AKIA|ASIA)[A-Z0-9]{16}(?!\\w)', // AWS
    'gh[pousr]_[A-Za-z0-9]{20,}',
    'github_pat_\\w{20,}',
    'glpat-[\\w-]{20,}',
    'xox[abeprs]-[\\w-]{10,}', // Slack
    'AIza[\\w-]{35}(?!\\w)', // Google
    '(?:hf|gsk|npm|pypi|r8|xai|fw)[_-][A-Za-z0-9_-]{24,}',
    'eyJ[\\w-]{8,}\\.[\\w-]{8,}\\.[\\w-]*', // JSON Web Token
  ].join('|')})`,
  'g',
)
/** What stands behind a word that says that a secret follows. */
const NAMED =
  /(?<=(?<![A-Za-z0-9])(?:Bearer|Basic|(?:api|access|secret|private)[_ -]?key|token|secret)["']?(?:\s{1,3}|\s{0,2}[:=]\s{0,2})["']?)[A-Za-z0-9_~+/.=-]{16,}/gi
const BEGIN = '-----BEGIN '
const END = '-----END '
const PRIVATE = /^-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----/
/** Bits per character; English is about 4 as well, but has no digits among its letters. */
const LEAST_ENTROPY = 3

/** Keys and tokens: known prefixes, private keys, and what looks random behind a word such as `Bearer`. */
export function* findSecrets(text: string): Generator<Span> {
  yield* privateKeys(text)
  yield* matches(text, PREFIXED)
  yield* matches(text, NAMED, looksRandom)
}

/** From the first line to the last; one that is cut off goes to the end. */
function* privateKeys(text: string): Generator<Span> {
  for (let start = text.indexOf(BEGIN); start >= 0; ) {
    const isPrivate = PRIVATE.test(text.slice(start, start + BEGIN.length + 60))
    if (!isPrivate) {
      start = text.indexOf(BEGIN, start + 1)
      continue
    }
    const last = text.indexOf(END, start)
    const closing = last < 0 ? -1 : text.indexOf('-----', last + END.length)
    const end = closing < 0 ? text.length : closing + '-----'.length
    yield { start, end }
    start = text.indexOf(BEGIN, end)
  }
}

function looksRandom(match: string): boolean {
  return /\d/.test(match) && /[A-Za-z]/.test(match) && entropy(match.slice(0, 256)) >= LEAST_ENTROPY
}

/** Shannon's, in bits per character. */
function entropy(text: string): number {
  const counts = new Map<string, number>()
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1)
  return [...counts.values()].reduce((sum, n) => sum - (n / text.length) * Math.log2(n / text.length), 0)
}
