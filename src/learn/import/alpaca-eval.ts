import { comparedModels } from '../compared-models.ts'
import { contentId, numberOf, textOf } from './cells.ts'
import type { ComparisonLine, Importer } from './importer.ts'
import { rowByRow } from './row-by-row.ts'

/**
 * Annotations of AlpacaEval (`annotations.json`): `preference` is 1 where the first output won and 2 where the second
 * did; newer annotators give numbers between, of which the nearer end wins; 1.5, and 0 of old files, are ties.
 */
export const alpacaEval: Importer = {
  name: 'alpaca-eval',
  what: 'annotations of AlpacaEval (annotations.json)',
  kind: 'comparisons',
  takes: [],
  lines: rowByRow(annotation),
}

function annotation(row: Readonly<Record<string, unknown>>): ComparisonLine | string {
  const { instruction, output_1, output_2, annotator } = row
  const prompt = textOf(instruction)
  if (prompt === undefined) return 'has no "instruction"'
  const models = comparedModels(row, ['generator_1', 'generator_2'])
  if (typeof models === 'string') return models
  const [a, b] = models
  const preference = numberOf(row.preference)
  if (preference === undefined || !(preference === 0 || (preference >= 1 && preference <= 2)))
    return 'has no "preference" from 1 to 2'
  const answers = { response_a: textOf(output_1), response_b: textOf(output_2) }
  return {
    id: contentId(prompt),
    model_a: a,
    model_b: b,
    winner: winnerOf(preference),
    judge: textOf(annotator) ?? 'unknown',
    prompt,
    ...(answers.response_a !== undefined && { response_a: answers.response_a }),
    ...(answers.response_b !== undefined && { response_b: answers.response_b }),
  }
}

function winnerOf(preference: number): ComparisonLine['winner'] {
  if (preference === 0 || preference === 1.5) return 'tie'
  return preference < 1.5 ? 'a' : 'b'
}
