import { isObject } from '../../is-object.ts'
import { comparedModels } from '../compared-models.ts'
import type { JsonLine } from '../import/json-lines.ts'
import { type LeftOut, leftOutList } from '../import/left-out.ts'
import { type ComparisonRow, type Comparisons, layOutComparisons } from './comparisons.ts'
import { STYLE, styleLead } from './style.ts'

export interface ReadOptions {
  /** How much a row counts: 0 leaves it out. */
  readonly weigh: (row: ComparisonFacts) => number
  /** False: answers are not looked at. */
  readonly style: boolean
  /** Told now and then how many lines have been read. */
  readonly tell?: (lines: number) => void
}

/** What can decide whether a row belongs to a leaderboard. */
export interface ComparisonFacts {
  readonly prompt?: string
  readonly intent?: string
  /** The most probable ones, where they were recognised when the comparison was made. */
  readonly intents?: readonly { readonly intent: string; readonly p: number }[]
  readonly language?: string
  readonly tags: Readonly<Record<string, string>>
}

export interface ReadComparisons {
  readonly comparisons: Comparisons
  readonly leftOut: readonly LeftOut[]
  /** Lines that hold a comparison, those with weight 0 too. */
  readonly lines: number
}

/** Rows without both answers tell nothing about style. */
const NO_STYLE = STYLE.map(() => Number.NaN)

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
  const said = new Set<string>()
  let lines = 0
  for await (const { where, value } of source) {
    const read = value === undefined ? 'is no JSON object' : readRow(value, where)
    if (typeof read === 'string') {
      leftOut.add(read, where)
      continue
    }
    if (read.identity !== undefined && said.size === said.add(read.identity).size) {
      leftOut.add('repeats a comparison (same id, models, judge)', where)
      continue
    }
    lines++
    if (lines % TELL_EVERY === 0) options.tell?.(lines)
    const weight = options.weigh(read.facts)
    if (weight > 0) rows.push({ ...read.row, weight, lead: options.style ? read.lead() : [] })
  }
  const comparisons = layOutComparisons(rows, options.style ? STYLE : [])
  return { comparisons, leftOut: leftOut.all(), lines }
}

const TELL_EVERY = 10_000

interface ReadRow {
  readonly row: Omit<ComparisonRow, 'weight' | 'lead'>
  readonly facts: ComparisonFacts
  /** Absent where the row has no id. */
  readonly identity?: string
  lead(): readonly number[]
}

const RESULTS: ReadonlyMap<unknown, number> = new Map<unknown, number>([
  ['a', 1],
  ['b', 0],
  ['tie', 0.5],
])

/** The row, or what is wrong with it: it completes "each line …". */
function readRow(value: Readonly<Record<string, unknown>>, where: string): ReadRow | string {
  const { id, winner, judge, tags, response_a, response_b, lead } = value
  const models = comparedModels(value)
  if (typeof models === 'string') return models
  const [a, b] = models
  const result = RESULTS.get(winner)
  if (result === undefined) return 'has no "winner" that is "a", "b" or "tie"'
  const hasId = isName(id)
  return {
    row: { a, b, result, prompt: hasId ? id : where },
    facts: {
      ...textMember('prompt', value.prompt),
      ...textMember('intent', value.intent),
      ...(isIntents(value.intents) && { intents: value.intents }),
      ...textMember('language', value.language),
      tags: textTags(tags),
    },
    ...(hasId && { identity: JSON.stringify([id, a, b, judge]) }),
    lead: () => {
      if (isLead(lead)) return lead
      return typeof response_a === 'string' && typeof response_b === 'string'
        ? styleLead(response_a, response_b)
        : NO_STYLE
    },
  }
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

/** As the record has it: style was looked at when there were words. */
function isLead(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.length === STYLE.length && value.every(Number.isFinite)
}

function isIntents(value: unknown): value is NonNullable<ComparisonFacts['intents']> {
  return (
    Array.isArray(value) &&
    value.every((one: unknown) => isObject(one) && isName(one.intent) && typeof one.p === 'number')
  )
}

function textMember<K extends string>(key: K, value: unknown): { [key in K]?: string } {
  return isName(value) ? ({ [key]: value } as { [key in K]: string }) : {}
}

function textTags(tags: unknown): Readonly<Record<string, string>> {
  if (typeof tags !== 'object' || tags === null) return {}
  return Object.fromEntries(
    Object.entries(tags).filter((entry): entry is [string, string] => isName(entry[1])),
  )
}
