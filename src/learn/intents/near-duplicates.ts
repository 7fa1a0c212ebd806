/** Two texts that are the same, or nearly. */
export interface NearDuplicate {
  readonly first: number
  readonly second: number
  /** Jaccard similarity of the texts' character 5-grams, 0..1; 1 when they are equal once normalised. */
  readonly similarity: number
}

const GRAM = 5

/**
 * Pairs of texts with a character 5-gram Jaccard similarity of at least `least`, letters and digits only, case
 * folded. With `others`, pairs of a text (`first`) and one of the others (`second`) instead of pairs among the texts.
 */
export function nearDuplicates(
  texts: readonly string[],
  least: number,
  others?: readonly string[],
): readonly NearDuplicate[] {
  const left = texts.map(grams)
  const right = others === undefined ? left : others.map(grams)
  const holders = new Map<string, number[]>()
  const found: NearDuplicate[] = []
  const add = (set: ReadonlySet<string>, number: number) => {
    for (const gram of set) {
      const where = holders.get(gram)
      if (where === undefined) holders.set(gram, [number])
      else where.push(number)
    }
  }
  if (others !== undefined) for (const [second, set] of right.entries()) add(set, second)
  for (const [first, set] of left.entries()) {
    for (const [second, shared] of countShared(set, holders)) {
      const similarity = shared / (set.size + right[second]!.size - shared)
      if (similarity >= least) found.push({ first, second, similarity })
    }
    if (others === undefined) add(set, first)
  }
  return found
}

function countShared(
  set: ReadonlySet<string>,
  holders: ReadonlyMap<string, readonly number[]>,
): ReadonlyMap<number, number> {
  const shared = new Map<number, number>()
  for (const gram of set) {
    for (const number of holders.get(gram) ?? []) shared.set(number, (shared.get(number) ?? 0) + 1)
  }
  return shared
}

/** Prompts that must hold a sentence word for word before it counts as shared. */
const SHARED_BY = 3
/** Letters and digits that shared sentences in a row must have to be an attachment. */
const ATTACHED_LENGTH = 16

/**
 * The texts without their attachments: the same letter, article or program stands under several instructions on
 * purpose, so rows of sentences (or lines) that three or more texts share are left out. A text of nothing else stays
 * whole.
 */
export function withoutAttachments(texts: readonly string[]): readonly string[] {
  const sentences = texts.map((text) => text.split(/(?<=[.!?:;,)\]}])\s+|\n+/u))
  const holders = new Map<string, number>()
  for (const parts of sentences) {
    for (const part of new Set(parts.map(normalized))) holders.set(part, (holders.get(part) ?? 0) + 1)
  }
  const isShared = (part: string) => (holders.get(normalized(part)) ?? 0) >= SHARED_BY
  return sentences.map((parts, i) => {
    const own = withoutSharedRows(parts, isShared).join(' ')
    return normalized(own) === '' ? texts[i]! : own
  })
}

function withoutSharedRows(parts: readonly string[], isShared: (part: string) => boolean): readonly string[] {
  const kept: string[] = []
  for (let start = 0, end = 0; start < parts.length; start = end) {
    while (end < parts.length && isShared(parts[end]!)) end++
    const row = parts.slice(start, end)
    if (normalized(row.join('')).length < ATTACHED_LENGTH) kept.push(...row)
    if (end < parts.length) kept.push(parts[end++]!)
  }
  return kept
}

/** The distinct 5-grams of what is left of a text without punctuation and space; a shorter text is one gram. */
function grams(text: string): ReadonlySet<string> {
  const plain = normalized(text)
  if (plain.length <= GRAM) return new Set([plain === '' ? text.trim() : plain])
  const set = new Set<string>()
  for (let i = 0; i + GRAM <= plain.length; i++) set.add(plain.slice(i, i + GRAM))
  return set
}

function normalized(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}\p{M}]+/gu, '')
}
