import { isObject } from '../../json/is-object.ts'
import { comparedModels } from '../compared-models.ts'
import type { JsonLine } from '../import/json-lines.ts'
import type { LeftOutList } from '../import/left-out.ts'
import type { ComparisonRow } from './comparisons.ts'
import { STYLE, styleLead } from './style.ts'

/** What can decide whether a row belongs to a leaderboard. */
export interface ComparisonFacts {
  readonly prompt?: string
  readonly intent?: string
  /** The most probable ones, where they were recognised when the comparison was made. */
  readonly intents?: readonly { readonly intent: string; readonly p: number }[]
  readonly language?: string
  readonly tags: Readonly<Record<string, string>>
}

/** What the record knows of a comparison. */
export interface ComparedCalls {
  /** Ids of the two calls. */
  readonly generations: readonly string[]
  /** Epoch ms; NaN where it is not said. */
  readonly comparedAt: number
  /** Whether an answer came from a simulated provider. */
  readonly simulated: boolean
}

/** A line that holds a comparison. */
export interface ReadRow {
  readonly row: Omit<ComparisonRow, 'weight' | 'lead'>
  readonly facts: ComparisonFacts
  readonly calls: ComparedCalls
  /** Absent where the row has no id. */
  readonly identity?: string
  lead(): readonly number[]
}

/** Rows without both answers tell nothing about style. */
const NO_STYLE = STYLE.map(() => Number.NaN)

/**
 * The comparisons of some lines, of files or of the record (docs/leaderboards.md has the format). A line that is none, or
 * that says again what a line before said, is left out.
 *
 * @throws what reading the lines throws
 */
export async function* comparisonRows(
  source: AsyncIterable<JsonLine>,
  leftOut: LeftOutList,
): AsyncGenerator<ReadRow> {
  const said = new Set<string>()
  for await (const { where, value } of source) {
    const read = value === undefined ? 'is no JSON object' : readRow(value, where)
    if (typeof read === 'string') leftOut.add(read, where)
    else if (read.identity !== undefined && said.size === said.add(read.identity).size)
      leftOut.add('repeats a comparison (same id, models, judge)', where)
    else yield read
  }
}

const RESULTS: ReadonlyMap<unknown, number> = new Map<unknown, number>([
  ['a', 1],
  ['b', 0],
  ['tie', 0.5],
])

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
    calls: callsOf(value),
    ...(hasId && { identity: JSON.stringify([id, a, b, judge]) }),
    lead: () => {
      if (isLead(lead)) return lead
      return typeof response_a === 'string' && typeof response_b === 'string'
        ? styleLead(response_a, response_b)
        : NO_STYLE
    },
  }
}

function callsOf(value: Readonly<Record<string, unknown>>): ComparedCalls {
  const { generation_a, generation_b, compared_at, simulated } = value
  return {
    generations: [generation_a, generation_b].filter(isName),
    comparedAt: typeof compared_at === 'string' ? Date.parse(compared_at) : Number.NaN,
    simulated: simulated === true,
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
