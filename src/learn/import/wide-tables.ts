import { amountOf, contentId, qualityOf, textOf } from './cells.ts'
import type { Importer, ImportOptions, Outcome } from './importer.ts'
import type { LeftOutList } from './left-out.ts'
import { rowsOf } from './rows.ts'

type Cells = Readonly<Record<string, unknown>>

/** A table with a row per prompt and columns per model. */
interface WideTable extends Pick<Importer, 'name' | 'what'> {
  /** Columns that may hold the prompt, the first that is there counts. */
  readonly prompt: readonly string[]
  readonly id?: string
  readonly task?: string
  /** The models that a row has columns of. */
  models(row: Cells): readonly string[]
  /** The columns of one of them. */
  readonly score: (model: string) => string
  readonly cost?: (model: string) => string
}

/** RouterBench's wide table (`routerbench_0shot`), as CSV or Parquet: pickles are converted first (docs/import.md). */
export const routerBench = wideTable({
  name: 'routerbench',
  what: "RouterBench's wide table, as CSV or Parquet",
  prompt: ['prompt'],
  id: 'sample_id',
  task: 'eval_name',
  models: endingWith('|total_cost'),
  score: (model) => model,
  cost: (model) => `${model}|total_cost`,
})

/** Columns of RouteLLM's files that are no model's. */
const ROUTE_LLM_OTHERS = new Set(['', 'prompt', 'Unnamed: 0', 'index', 'id', 'subject', 'label', 'answer'])

/** RouteLLM's evaluation files (`gsm8k_responses.csv`, `mmlu_*.csv`): a column of truth values per model. */
export const routeLlm = wideTable({
  name: 'routellm',
  what: "RouteLLM's evaluation files: a column of right or wrong per model",
  prompt: ['prompt'],
  models: (row) =>
    Object.keys(row).filter((name) => !ROUTE_LLM_OTHERS.has(name) && !name.endsWith('_response')),
  score: (model) => model,
})

/** What Not Diamond trains a custom router on: `provider/model/score` beside `provider/model/response`. */
export const notDiamond = wideTable({
  name: 'not-diamond',
  what: "Not Diamond's training tables: columns provider/model/score",
  prompt: ['query', 'prompt', 'input', 'question'],
  models: endingWith('/score'),
  score: (model) => `${model}/score`,
})

function endingWith(ending: string): (row: Cells) => readonly string[] {
  return (row) =>
    Object.keys(row).flatMap((name) => (name.endsWith(ending) ? [name.slice(0, -ending.length)] : []))
}

function wideTable(table: WideTable): Importer {
  return {
    name: table.name,
    what: table.what,
    kind: 'outcomes',
    takes: ['best'],
    async *lines(files, options, leftOut) {
      for (const file of files)
        for await (const { where, value } of rowsOf(file)) {
          if (value === undefined) {
            leftOut.add('is no JSON object', where)
            continue
          }
          const prompt = table.prompt.map((name) => textOf(value[name])).find((text) => text !== undefined)
          if (prompt === undefined) {
            leftOut.add(`has no ${table.prompt.map((name) => `"${name}"`).join(', ')}`, where)
            continue
          }
          const outcomes = outcomesOf(table, value, options, leftOut, where)
          const task = table.task === undefined ? undefined : textOf(value[table.task])
          if (Object.keys(outcomes).length === 0) leftOut.add('has no score of any model', where)
          else
            yield {
              id: (table.id === undefined ? undefined : textOf(value[table.id])) ?? contentId(prompt),
              ...(task !== undefined && { task }),
              prompt,
              outcomes,
            }
        }
    },
  }
}

function outcomesOf(
  { models, score, cost }: WideTable,
  row: Cells,
  { best }: ImportOptions,
  leftOut: LeftOutList,
  where: string,
): Readonly<Record<string, Outcome>> {
  const outcomes = models(row).flatMap((model): [string, Outcome][] => {
    const said = row[score(model)]
    if (said === undefined || said === null || said === '') return []
    const quality = qualityOf(said, best)
    const paid = cost && amountOf(row[cost(model)])
    if (quality !== undefined) return [[model, { quality, ...(paid !== undefined && { cost: paid }) }]]
    leftOut.add(`has a score of ${model} that is no number from 0 to ${best}`, where)
    return []
  })
  return Object.fromEntries(outcomes)
}
