import { nearDuplicates } from '../intents/near-duplicates.ts'
import { invalidFile, promptOf, readRows, readTextFile } from '../intents/prompt-file.ts'

/** The examples of an intent, each different from the others. */
export interface Examples {
  readonly prompts: readonly string[]
  /** Prompts of the file that say nearly the same as one before, and count once with it. */
  readonly repeated: number
}

const LEAST = 20
/** More teach a detector little and make every later fit slower. */
const MOST = 1_000
/** Similarity from which two prompts count as one. */
const SAME = 0.8

/**
 * Reads the examples of an intent: JSON lines `{"prompt": …}`, or text with one prompt a line, plain or gzipped.
 * @throws MeritorderError `not_found` when the file cannot be read, `invalid_request` naming file and line of what is no
 * such line, and when there are too few different prompts, or too many.
 */
export function readExamples(file: string): Examples {
  const text = readTextFile(file)
  const all = isJsonLines(file, text) ? readRows(text, file, '{"prompt": "…"}', promptOf) : textLines(text)
  if (all.length > MOST) {
    throw invalidFile(
      `${file} holds ${all.length} prompts; ${MOST} varied ones are the most that an intent takes.`,
    )
  }
  const repeats = new Set(nearDuplicates(all, SAME).map(({ first, second }) => Math.max(first, second)))
  const prompts = all.filter((_, i) => !repeats.has(i))
  if (prompts.length >= LEAST) return { prompts, repeated: repeats.size }
  const counted = repeats.size === 0 ? '' : ` (of ${all.length}, some nearly the same)`
  throw invalidFile(
    `${file} holds ${prompts.length} different prompts${counted}; an intent needs at least ${LEAST}. Write more of them, ` +
      'as varied as the ones that will come.',
  )
}

/** Told by the name or by the first line, so that JSON is never taken for prompts. */
function isJsonLines(file: string, text: string): boolean {
  if (/\.jsonl(\.gz)?$/.test(file)) return true
  const first = text.split('\n').find((line) => line.trim() !== '')
  try {
    return first !== undefined && typeof JSON.parse(first) === 'object'
  } catch {
    return false
  }
}

function textLines(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}
