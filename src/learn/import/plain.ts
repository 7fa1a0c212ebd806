import { isObject } from '../../json/is-object.ts'
import { comparedModels } from '../compared-models.ts'
import { amountOf, contentId, messagesOf, qualityOf, textOf } from './cells.ts'
import type { ComparisonLine, Importer, Outcome, OutcomesLine } from './importer.ts'
import { rowByRow } from './row-by-row.ts'

type Fields = Readonly<Record<string, unknown>>

/** Files of outcomes as docs/outcomes.md has them, in any format that `rowsOf` (rows.ts) reads. */
export const plainOutcomes: Importer = {
  name: 'outcomes',
  what: 'outcomes in our own format (docs/outcomes.md)',
  kind: 'outcomes',
  takes: ['best'],
  lines: rowByRow((row, { best }) => outcomesLine(row, best)),
}

/** Files of comparisons as docs/leaderboards.md has them. */
export const plainComparisons: Importer = {
  name: 'comparisons',
  what: 'comparisons in our own format (docs/leaderboards.md)',
  kind: 'comparisons',
  takes: [],
  lines: rowByRow(comparisonLine),
}

function outcomesLine(row: Fields, best: number): OutcomesLine | string {
  const messages = messagesOf(row.messages) ?? messagesOf(row.prompt)
  if (messages === undefined) return 'has neither a "prompt" nor "messages" of text'
  if (!isObject(row.outcomes)) return 'has no "outcomes" object'
  const outcomes: [string, Outcome][] = []
  for (const [model, said] of Object.entries(row.outcomes)) {
    const quality = isObject(said) ? qualityOf(said.quality, best) : undefined
    if (!isObject(said) || quality === undefined) return `has a "quality" that is no number from 0 to ${best}`
    const cost = amountOf(said.cost)
    const tokens = amountOf(said.tokens)
    outcomes.push([
      model,
      { quality, ...(cost !== undefined && { cost }), ...(tokens !== undefined && { tokens }) },
    ])
  }
  if (outcomes.length === 0) return 'has no outcome of any model'
  const task = textOf(row.task)
  return {
    id: textOf(row.id) ?? contentId(messages),
    ...(task !== undefined && { task }),
    messages,
    outcomes: Object.fromEntries(outcomes),
  }
}

function comparisonLine(row: Fields): ComparisonLine | string {
  const { id, winner, judge } = row
  const models = comparedModels(row)
  if (typeof models === 'string') return models
  const [a, b] = models
  if (winner !== 'a' && winner !== 'b' && winner !== 'tie') return 'has no "winner" that is "a", "b" or "tie"'
  return {
    // All other members, among them labels of the user's own, stay as they are.
    ...row,
    ...(id !== undefined && { id: String(id) }),
    model_a: a,
    model_b: b,
    winner,
    judge: textOf(judge) ?? 'unknown',
  }
}
