import type { Command } from 'commander'
import { MeritorderError } from '../errors.ts'
import type { AddRows } from '../files/parquet-file.ts'
import { replaceFileWith } from '../files/replace-file.ts'
import { isObject } from '../json/is-object.ts'
import { type LeftOut, leftOutList } from '../learn/import/left-out.ts'
import { createRatedOutcomes } from '../learn/rated-outcomes.ts'
import { ratedCallOf } from '../train/rated-call.ts'
import { command, print } from './command.ts'
import { formatPlural } from './format.ts'
import { GENERATION_COLUMNS } from './generation-columns.ts'
import { filterQuery, type GenerationFilters, withFilters } from './generation-filters.ts'
import { leftOutText } from './left-out-text.ts'
import { withLineCount } from './line-count.ts'
import { type RecordsOptions, rowPages, storyId, storyPages, told, withGateway } from './recorded-stories.ts'
import { paint } from './terminal.ts'

interface ExportOptions extends RecordsOptions, GenerationFilters {
  readonly out: string
}

interface OutcomeOptions extends ExportOptions {
  readonly simulated?: boolean
}

/** `meritorder export`: what is recorded, as files. */
export function exportCommand(): Command {
  return command('export', 'Write recorded calls to a file.', [
    'export generations --since 7d --out calls.jsonl.gz',
    'export generations --since 30d --out calls.parquet',
    'export outcomes --since 30d --out outcomes.jsonl',
  ])
    .addCommand(exportGenerations())
    .addCommand(exportOutcomes())
}

function exportGenerations(): Command {
  return exporting(
    command(
      'generations',
      'Whole calls, a JSON line or a row of Parquet each: decision, attempts, cost, prompt, answer, ratings.',
      [
        'export generations --since 7d --out calls.jsonl.gz',
        'export generations --since 30d --out calls.parquet',
        'export generations --model openai/gpt-5-mini --rated bad --out bad.jsonl',
      ],
    ),
  ).action(async (_: object, invoked: Command) => {
    const options = invoked.optsWithGlobals<ExportOptions>()
    const { out } = options
    const calls = await writeStories(options)
    print(
      options,
      { file: out, calls },
      () => `${paint('green', '→')} ${formatPlural(calls, 'call')}: ${out}`,
    )
  })
}

function exportOutcomes(): Command {
  return exporting(
    command('outcomes', 'Rated calls as outcomes, to evaluate on and to learn from.', [
      'export outcomes --since 30d --out outcomes.jsonl',
    ]),
  )
    .option('--simulated', 'answers of simulated providers too')
    .action(writeOutcomes)
}

async function writeOutcomes(_: object, invoked: Command): Promise<void> {
  const options = invoked.optsWithGlobals<OutcomeOptions>()
  const { out } = options
  const query = filterQuery(options)
  if (options.rated === undefined) query.set('rated', 'any')
  const outcomes = createRatedOutcomes()
  const leftOut = leftOutList()
  await withLineCount('Reading', async (tell) => {
    for await (const story of told(storyPages(query, options), tell)) {
      const call = ratedCallOf(story)
      if (typeof call === 'string') leftOut.add(call, storyId(story))
      else if (isSimulated(story) && options.simulated !== true) leftOut.add(IS_SIMULATED, storyId(story))
      else outcomes.add(call)
    }
  })
  const lines = outcomes.lines()
  if (lines.length === 0) throw nothingRated(leftOut.all())
  await replaceFileWith(out, linesOf(lines))
  const models = [...new Set(lines.flatMap((line) => Object.keys(line.outcomes)))].sort()
  print(options, { file: out, prompts: lines.length, models, left_out: leftOut.all() }, () =>
    [
      `${paint('green', '→')} ${formatPlural(lines.length, 'prompt')} with outcomes of ${formatPlural(models.length, 'model')}: ${out}`,
      ...(leftOut.all().length > 0 ? [leftOutText(leftOut.all(), 'call')] : []),
      `Next: meritorder eval --data ${out}`,
    ].join('\n'),
  )
}

/** Completes "each call …". */
const IS_SIMULATED = 'was answered by a simulated provider (--simulated takes such calls too)'

function isSimulated(story: unknown): boolean {
  return isObject(story) && story.simulated === true
}

function nothingRated(leftOut: readonly LeftOut[]): MeritorderError {
  const reasons = leftOutText(leftOut, 'call')
  return new MeritorderError(
    'not_found',
    `There is no rated call with its prompt among those asked for; docs/feedback.md says how to rate.${reasons === '' ? '' : `\n${reasons}`}`,
  )
}

function exporting(one: Command): Command {
  return withFilters(withGateway(one)).requiredOption(
    '-o, --out <file>',
    one.name() === 'generations'
      ? 'file to write, .jsonl, .jsonl.gz or .parquet; replaced when all is there'
      : 'file to write, .jsonl or .jsonl.gz; replaced when all is there',
  )
}

/** Pages go to the file as they come, so that a history of any size fits into memory. */
async function writeStories(options: ExportOptions): Promise<number> {
  let calls = 0
  await withLineCount('Writing', async (tell) => {
    const counted = (read: number) => {
      calls = read
      tell(read)
    }
    const query = filterQuery(options)
    if (!options.out.endsWith('.parquet'))
      return replaceFileWith(options.out, linesOf(told(storyPages(query, options), counted)))
    const { replaceWithParquet } = await import('../files/parquet-file.ts')
    await replaceWithParquet(options.out, GENERATION_COLUMNS, counting(rowPages(query, options), counted))
  })
  return calls
}

/** The same pages; `tell` hears after each how many rows there have been. */
async function* counting(
  pages: AsyncIterable<AddRows>,
  tell: (rows: number) => void,
): AsyncGenerator<AddRows> {
  let read = 0
  for await (const add of pages)
    yield (columns) => {
      const rows = add(columns)
      read += rows
      tell(read)
      return rows
    }
}

async function* linesOf(values: AsyncIterable<unknown> | readonly unknown[]): AsyncGenerator<string> {
  for await (const value of values) yield `${JSON.stringify(value)}\n`
}
