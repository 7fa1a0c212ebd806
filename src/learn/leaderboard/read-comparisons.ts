import type { JsonLine } from '../import/json-lines.ts'
import { type LeftOut, leftOutList } from '../import/left-out.ts'
import { type ComparisonFacts, comparisonRows } from './comparison-rows.ts'
import { type ComparisonRow, type Comparisons, layOutComparisons } from './comparisons.ts'
import { STYLE } from './style.ts'

export interface ReadOptions {
  /** How much a row counts: 0 leaves it out. */
  readonly weigh: (row: ComparisonFacts) => number
  /** False: answers are not looked at. */
  readonly style: boolean
  /** Told now and then how many lines have been read. */
  readonly tell?: (lines: number) => void
}

export interface ReadComparisons {
  readonly comparisons: Comparisons
  readonly leftOut: readonly LeftOut[]
  /** Lines that hold a comparison, those with weight 0 too. */
  readonly lines: number
}

/**
 * Reads comparisons, one a line, of files or of the record: `{"id"?, "model_a", "model_b", "winner": "a" | "b" | "tie", "prompt"?,
 * "response_a"?, "response_b"?, "intent"?, "language"?, "tags"?, "judge"?}`. A line that is none,
 * or that says again what a line before said, is left out.
 *
 * @throws what reading the lines throws
 */
export async function readComparisons(
  source: AsyncIterable<JsonLine>,
  options: ReadOptions,
): Promise<ReadComparisons> {
  const rows: ComparisonRow[] = []
  const leftOut = leftOutList()
  let lines = 0
  for await (const read of comparisonRows(source, leftOut)) {
    lines++
    if (lines % TELL_EVERY === 0) options.tell?.(lines)
    const weight = options.weigh(read.facts)
    if (weight > 0) rows.push({ ...read.row, weight, lead: options.style ? read.lead() : [] })
  }
  const comparisons = layOutComparisons(rows, options.style ? STYLE : [])
  return { comparisons, leftOut: leftOut.all(), lines }
}

const TELL_EVERY = 10_000
