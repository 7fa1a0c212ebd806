import { appendFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { type Command, Option } from 'commander'
import type { Importer, ImportOptions } from '../learn/import/importer.ts'
import { IMPORTERS } from '../learn/import/importers.ts'
import {
  type ImportCard,
  type ImportWork,
  importTo,
  keepImport,
  keptImports,
  undoImport,
  type Written,
} from '../learn/import/imports.ts'
import { type CommonOptions, command, print, remark, usageError } from './command.ts'
import { formatPlural } from './format.ts'
import { leftOutText } from './left-out-text.ts'
import { withLineCount } from './line-count.ts'
import { configFor } from './load-market.ts'
import { positiveValue } from './option-values.ts'
import { asWrongUse } from './outcomes-file.ts'
import { paint } from './terminal.ts'

/** `meritorder import`: what other tools know of models, as outcomes and comparisons. */
export function importCommand(): Command {
  const all = command(
    'import',
    'Take in what other tools know: outcomes to learn from, comparisons to rank by.',
    [
      'import chatbot-arena battles.parquet',
      'import routerbench routerbench_0shot.csv --out outcomes.jsonl.gz',
      'import list',
      'import undo 1c94ab02d7e3',
    ],
  )
  for (const importer of IMPORTERS) all.addCommand(importing(importer))
  return all.addCommand(listImports()).addCommand(undo())
}

interface ImportingOptions extends CommonOptions, ImportOptions {
  readonly out?: string
  readonly leftOut?: string
}

function importing(importer: Importer): Command {
  const one = command(importer.name, `${importer.what}: ${importer.kind}.`, [`import ${importer.name} FILE…`])
    .argument('<files...>', '.jsonl, .json, .csv (or one of them .gz) or .parquet')
    .option('-o, --out <file>', 'write a file, .jsonl or .jsonl.gz, instead of keeping it in the data folder')
    .option('--left-out <file>', 'write every line that cannot be used, and why, to a file')
  for (const option of importer.takes) one.addOption(OPTIONS[option]())
  return one.action((files: readonly string[], _: object, invoked: Command) =>
    asWrongUse(() => run(importer, files, invoked.optsWithGlobals<ImportingOptions>())),
  )
}

const OPTIONS: Readonly<Record<keyof ImportOptions, () => Option>> = {
  best: () =>
    new Option('--best <score>', 'the score of a perfect answer').argParser(positiveValue).default(1),
  score: () => new Option('--score <name>', 'which of several scores is the quality'),
  absentIsZero: () =>
    new Option(
      '--absent-is-zero',
      'a model that a prompt has no score of has failed there; else it is unknown',
    ),
}

async function run(importer: Importer, files: readonly string[], options: ImportingOptions): Promise<void> {
  const { out, leftOut, best = 1, score, absentIsZero } = options
  if (leftOut !== undefined) {
    if (files.some((file) => resolve(file) === resolve(leftOut)))
      throw usageError(`${leftOut} is to be imported: --left-out must be another file`)
    writeFileSync(leftOut, '')
  }
  const work = (tell: ImportWork['tell']): ImportWork => ({
    ...{ importer, files, tell, now: Date.now() },
    options: { best, ...(score !== undefined && { score }), ...(absentIsZero === true && { absentIsZero }) },
    ...(leftOut !== undefined && {
      tellLeftOut: (why, where) => appendFileSync(leftOut, `${JSON.stringify({ where, why })}\n`),
    }),
  })
  if (out !== undefined) {
    const written = await withLineCount('Importing', (tell) => importTo(out, work(tell)))
    print(options, { file: out, kind: importer.kind, ...writtenJson(written) }, () =>
      fileText(importer, written, out),
    )
    return
  }
  const { data_folder } = configFor(options).config.record
  const { card, again } = await withLineCount('Importing', (tell) => keepImport(data_folder, work(tell)))
  if (again && leftOut !== undefined)
    remark(`${leftOut} is empty: these files were imported before, and are not read again.`)
  print(options, { ...card, again }, () => cardText(card, again))
}

function listImports(): Command {
  return command('list', 'What has been imported and is kept.', ['import list --json']).action(
    (_: object, invoked: Command) => {
      const options = invoked.optsWithGlobals<CommonOptions>()
      const imports = keptImports(configFor(options).config.record.data_folder)
      print(options, { imports }, () =>
        imports.length === 0
          ? 'Nothing is imported. See which files can be: meritorder import --help'
          : imports
              .map((card) => `${card.id}  ${card.imported_at.slice(0, 10)}  ${cardLine(card)}`)
              .join('\n'),
      )
    },
  )
}

function undo(): Command {
  return command('undo', 'Take an import back.', ['import undo 1c94ab02d7e3'])
    .argument('<id>', 'as import list has it')
    .action((id: string, _: object, invoked: Command) => {
      const options = invoked.optsWithGlobals<CommonOptions>()
      const card = undoImport(configFor(options).config.record.data_folder, id)
      print(
        options,
        { undone: card.id, kind: card.kind, lines: card.lines },
        () => `Taken back: ${cardLine(card)}`,
      )
    })
}

function writtenJson({ lines, models, leftOut }: Written) {
  return { lines, models, left_out: leftOut }
}

function cardLine({ kind, lines, models, importer, sources }: ImportCard): string {
  return `${counted(kind, lines, models.length)} from ${importer} (${sources.join(', ')})`
}

function counted(kind: Importer['kind'], lines: number, models: number): string {
  const what =
    kind === 'outcomes' ? `${formatPlural(lines, 'prompt')} with outcomes` : formatPlural(lines, 'comparison')
  return `${what} of ${formatPlural(models, 'model')}`
}

function cardText(card: ImportCard, again: boolean): string {
  const next = card.kind === 'outcomes' ? 'meritorder train' : 'meritorder leaderboard'
  return [
    `${paint('green', '→')} ${cardLine(card)}: ${card.id}${again ? ', imported before' : ''}`,
    ...(card.left_out.length > 0 ? [leftOutText(card.left_out)] : []),
    `Next: ${next}; take it back: meritorder import undo ${card.id}`,
  ].join('\n')
}

function fileText({ kind }: Importer, { lines, models, leftOut }: Written, file: string): string {
  return [
    `${paint('green', '→')} ${counted(kind, lines, models.length)}: ${file}`,
    ...(leftOut.length > 0 ? [leftOutText(leftOut)] : []),
    `Next: meritorder ${kind === 'outcomes' ? 'eval' : 'leaderboard'} --data ${file}`,
  ].join('\n')
}
