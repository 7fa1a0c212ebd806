import type { JsonLine } from '../learn/import/json-lines.ts'
import type { RecordedComparison } from '../record/comparison.ts'
import { comparisonJson } from './comparison-json.ts'

/** Comparisons of the record as lines of a file, read page by page. */
export async function* recordedLines(
  pageBefore: (before: string | undefined) => Promise<readonly RecordedComparison[]>,
): AsyncGenerator<JsonLine> {
  for (let page = await pageBefore(undefined); page.length > 0; page = await pageBefore(page.at(-1)!.id))
    for (const one of page) yield { where: `record:${one.id}`, value: comparisonJson(one) }
}
