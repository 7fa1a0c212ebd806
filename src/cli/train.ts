import { stderr } from 'node:process'
import { setTimeout } from 'node:timers/promises'
import { progress } from '@clack/prompts'
import { type Command, Option } from 'commander'
import { loadCatalog } from '../artifacts.ts'
import { policiesOf } from '../config/policies.ts'
import type { JsonLine } from '../learn/import/json-lines.ts'
import { train } from '../train/train.ts'
import { command, print } from './command.ts'
import { filterQuery } from './generation-filters.ts'
import { configFor, offeredMarket } from './load-market.ts'
import { listValue, shareValue, timeValue, wholeValue } from './option-values.ts'
import { asWrongUse } from './outcomes-file.ts'
import { comparisonLines, type RecordsOptions, storyPages, told, withGateway } from './recorded-stories.ts'
import { gatewayHealth, gatewayUrl } from './running-gateway.ts'
import { trainText } from './train-text.ts'

interface TrainOptions extends RecordsOptions {
  readonly data?: readonly string[]
  readonly ledger: boolean
  readonly since?: number
  readonly seed: number
  readonly promote: 'if-better' | 'never' | 'always'
  readonly dryRun?: boolean
  readonly maxExtraCost: number
}

/** `meritorder train`: learns from rated calls, proves it against what is in force, and replaces that where it is better. */
export function trainCommand(): Command {
  return withGateway(
    command(
      'train',
      'Learn from rated calls, prove it against what is in force, and replace that where it is better.',
      ['train', 'train --data outcomes.jsonl.gz --promote never', 'train --since 30d --dry-run --json'],
    ),
  )
    .option('-d, --data <file>', 'outcomes to learn from, too; may be repeated', listValue)
    .option('--no-ledger', 'leave recorded calls and comparisons out')
    .option(
      '--since <time>',
      'rated calls and comparisons from this time on: a date, or an age (default: 90d)',
      timeValue,
    )
    .option(
      '--seed <n>',
      'seed of the fit and of its trial: the same evidence and seed give the same version',
      wholeValue(0, 2 ** 32 - 1),
      1,
    )
    .addOption(
      new Option('--promote <when>', 'when the new version goes into force')
        .choices(['if-better', 'never', 'always'])
        .default('if-better'),
    )
    .option('--max-extra-cost <share>', 'share by which a better version may cost more', shareValue, 0.1)
    .option('--dry-run', 'say what would be done, and keep nothing')
    .action((options: TrainOptions) => asWrongUse(() => trainHere(options)))
}

async function trainHere(options: TrainOptions): Promise<void> {
  const { config } = configFor(options)
  const url = options.url?.replace(/\/+$/, '')
  const { catalog } = await offeredMarket(config, loadCatalog(config.record.data_folder), false)
  const since = options.since ?? timeValue(DEFAULT_AGE)
  const query = filterQuery({ since })
  query.set('rated', 'any')
  const records = {
    stories: options.ledger ? told(storyPages(query, options), () => {}) : nothing(),
    comparisons: options.ledger ? madeSince(since, comparisonLines(options)) : nothing(),
  }
  const job = {
    config,
    files: options.data ?? [],
    market: catalog,
    isPractice: (await gatewayHealth(url ?? gatewayUrl(config.server)))?.simulated ?? false,
    policies: policiesOf(config.policy),
    defaultPolicy: config.policy.default,
    seed: options.seed,
    promote: options.promote,
    dryRun: options.dryRun === true,
    maxExtraCost: options.maxExtraCost,
  }
  const report = await train(job, records, Date.now, trainingBar())
  print(options, report, () => trainText(report))
}

/** Older ratings are about models and prompts of another season. */
const DEFAULT_AGE = '90d'

/** The first lines, newest first, up to one that is older. */
async function* madeSince(since: number, lines: AsyncIterable<JsonLine>): AsyncGenerator<JsonLine> {
  for await (const line of lines) {
    if (Date.parse(String(line.value?.compared_at)) < since) return
    yield line
  }
}

async function* nothing(): AsyncGenerator<never> {}

/** Longer than the bar takes from one drawing to the next. */
const FRAME_MS = 120

/** A bar on a terminal, on stderr; nothing elsewhere. */
function trainingBar(): (step: string, done: number, total: number) => Promise<void> {
  if (!stderr.isTTY) return async () => {}
  let shown: ReturnType<typeof progress> | undefined
  let last = 0
  return async (step, done, total) => {
    if (shown === undefined) {
      shown = progress({ max: total, output: stderr })
      shown.start('Training')
    }
    shown.advance(done - last, step)
    last = done
    if (done === total) shown.stop('Trained')
    // Fitting holds the thread: without a pause nothing would be drawn.
    await setTimeout(FRAME_MS)
  }
}
