import { MeritorderError } from '../../errors.ts'
import { isObject } from '../../json/is-object.ts'
import { scoredCall } from './call-logs.ts'
import { numberOf, textOf, unpacked } from './cells.ts'
import type { Importer, ImportOptions } from './importer.ts'
import type { LeftOutList } from './left-out.ts'
import { type Row, rowsOf } from './rows.ts'

/**
 * Exports of Langfuse (its export to blob storage, or the tables of its page): the files of observations and those of
 * scores, in any order, told apart by their fields. A score is of an observation, or of a trace: then of the generations
 * in it. https://langfuse.com/docs/api-and-data-platform/features/blob-storage-export-fields
 */
export const langfuse: Importer = {
  name: 'langfuse',
  what: 'observations and scores that Langfuse exported',
  kind: 'outcomes',
  takes: ['best', 'score'],
  async *lines(files, options, leftOut) {
    const scores = await scoresIn(files, options, leftOut)
    for (const file of files)
      for await (const { where, value } of rowsOf(file)) {
        if (value === undefined || isScore(value)) continue
        const line = generation(value, scores, options)
        if (typeof line === 'string') leftOut.add(line, where)
        else if (line !== undefined) yield line
      }
  },
}

type Fields = NonNullable<Row['value']>

/** Exports write `trace_id`, the API and older tables `traceId`. */
function field(row: Fields, ...names: readonly string[]): unknown {
  for (const name of names) {
    const value = row[name]
    if (value !== undefined && value !== null && value !== '') return value
  }
  return undefined
}

function isScore(row: Fields): boolean {
  return 'name' in row && 'value' in row && !('input' in row)
}

/** Scores by the id of an observation or, where it has none, of a trace. */
async function scoresIn(
  files: readonly string[],
  { score: name }: ImportOptions,
  leftOut: LeftOutList,
): Promise<ReadonlyMap<string, number>> {
  const scores = new Map<string, number>()
  const names = new Set<string>()
  for (const file of files)
    for await (const { where, value } of rowsOf(file)) {
      if (value === undefined) leftOut.add('is no JSON object', where)
      else if (isScore(value)) {
        const named = textOf(value.name) ?? ''
        const score = numberOf(value.value)
        const of =
          textOf(field(value, 'observation_id', 'observationId')) ??
          textOf(field(value, 'trace_id', 'traceId'))
        if (name !== undefined && named !== name) continue
        if (score === undefined) leftOut.add('is a score without a number', where)
        else if (of === undefined) leftOut.add('is a score of no observation and no trace', where)
        else {
          names.add(named)
          scores.set(of, score)
        }
      }
    }
  if (names.size > 1) throw whichScore(names)
  return scores
}

function whichScore(names: ReadonlySet<string>): MeritorderError {
  return new MeritorderError(
    'invalid_request',
    `There are ${names.size} kinds of scores: ${[...names].slice(0, 20).join(', ')}. Say which is the quality: --score NAME.`,
    { limit: 'score' },
  )
}

/** A line, why there is none, or undefined for what is no model's call. */
function generation(row: Fields, scores: ReadonlyMap<string, number>, { best }: ImportOptions) {
  const type = textOf(row.type)
  if (type !== undefined && type.toUpperCase() !== 'GENERATION') return undefined
  const ids = [textOf(row.id), textOf(field(row, 'trace_id', 'traceId'))]
  const score = ids.flatMap((id) => (id === undefined ? [] : (scores.get(id) ?? [])))[0]
  if (score === undefined) return 'has no score'
  const usage = unpacked(field(row, 'usage_details', 'usageDetails', 'usage'))
  return scoredCall(
    {
      prompt: row.input,
      model: field(row, 'provided_model_name', 'providedModelName', 'model'),
      cost: field(row, 'total_cost', 'totalCost', 'calculatedTotalCost', 'calculated_total_cost'),
      tokens: isObject(usage) ? usage.output : undefined,
      score,
    },
    best,
  )
}
