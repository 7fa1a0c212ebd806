import { existsSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { type Command, Option } from 'commander'
import { loadArtifacts } from '../artifacts.ts'
import { POLICIES } from '../decide/policies.ts'
import type { PolicyName } from '../decide/policy.ts'
import { evaluate } from '../learn/evaluate/evaluate.ts'
import { partFitter } from '../learn/evaluate/fit-part.ts'
import { crossValidation, heldOutTasks, type Splits, trainThenTest } from '../learn/evaluate/folds.ts'
import { joinOutcomes } from '../learn/evaluate/join-outcomes.ts'
import { reportHtml } from '../learn/evaluate/report-html.ts'
import type { Outcomes } from '../learn/outcomes.ts'
import { type CommonOptions, command, print, remark, usageError } from './command.ts'
import { embedWithBar } from './embed-outcomes.ts'
import { evaluationJson } from './eval-json.ts'
import { evaluationText } from './eval-text.ts'
import { formatPlural } from './format.ts'
import { learningBar } from './learning-bar.ts'
import { configFor } from './load-market.ts'
import { wholeValue } from './option-values.ts'
import { asWrongUse, readExisting } from './outcomes-file.ts'

interface EvalOptions extends CommonOptions {
  readonly data?: string
  readonly folds?: number
  readonly seed: number
  readonly holdoutTasks?: boolean
  readonly train?: string
  readonly test?: string
  readonly policy?: PolicyName
  readonly report?: string
}

const DEFAULT_FOLDS = 5

/** `meritorder eval`: how a router that learns from outcomes does on prompts that it has not seen. */
export function evalCommand(): Command {
  return command('eval', 'Prove a router on outcomes: how it does on prompts that it has not learned from.', [
    'eval --data outcomes.jsonl.gz',
    'eval --data outcomes.jsonl.gz --policy cheap --report report.html',
    'eval --data outcomes.jsonl.gz --holdout-tasks --json',
    'eval --train january.jsonl --test february.jsonl',
  ])
    .option('-d, --data <file>', 'outcomes to learn from and be judged on, .jsonl or .jsonl.gz')
    .option('--folds <n>', `parts of the cross-validation (default: ${DEFAULT_FOLDS})`, wholeValue(2, 1_000))
    .option('--seed <n>', 'seed of folds and resamples', wholeValue(0, 2 ** 32 - 1), 1)
    .option('--holdout-tasks', 'judge on each task after learning from all others')
    .option('--train <file>', 'learn from this file only …')
    .option('--test <file>', '… and be judged on this one only')
    .addOption(
      new Option(
        '-p, --policy <name>',
        'the cheapest within the policy’s band; default: the best, guarded',
      ).choices(Object.keys(POLICIES)),
    )
    .option('--report <file>', 'write a page with plots, to read and to show')
    .action((options: EvalOptions) => asWrongUse(() => evaluateFiles(options)))
}

async function evaluateFiles(options: EvalOptions): Promise<void> {
  refuseWrongOptions(options)
  const { outcomes: read, splits, splitName } = readSplits(options)
  if (read.models.length < 2)
    throw usageError(
      `only one model, ${read.models[0]}, has outcomes: there is nothing to route. Add outcomes of another.`,
    )
  const { seed } = options
  const outcomes = await embedWithBar(read, configFor(options).config)
  const { intents } = loadArtifacts()
  const policy = options.policy === undefined ? undefined : POLICIES[options.policy]
  const evaluation = await evaluate(outcomes, {
    splits,
    splitName,
    seed,
    fit: partFitter(outcomes, { intents, seed }),
    policy,
    band: (policy ?? POLICIES.balanced).qualityBand,
    clock: () => performance.now(),
    tell: learningBar(splits),
  })
  if (options.report !== undefined) {
    writeFileSync(options.report, reportHtml(evaluation, commandLine(options)))
    remark(`The report is in ${options.report}.`)
  }
  print(options, evaluationJson(evaluation), () => evaluationText(evaluation))
}

function refuseWrongOptions({ data, folds, holdoutTasks, train, test, report }: EvalOptions): void {
  if ((train === undefined) !== (test === undefined))
    throw usageError('--train and --test belong together: name both files')
  if (train !== undefined && (data !== undefined || folds !== undefined || holdoutTasks === true))
    throw usageError('--train and --test are the split: they exclude --data, --folds and --holdout-tasks')
  if (folds !== undefined && holdoutTasks === true)
    throw usageError('--holdout-tasks makes one fold per task: it excludes --folds')
  if (train === undefined && data === undefined)
    throw usageError(
      'there is nothing to evaluate on: name a file with --data, or two with --train and --test',
    )
  if (report !== undefined && !existsSync(dirname(report)))
    throw usageError(`there is no folder ${dirname(report)} for the report: make it, or name another`)
}

interface SplitOutcomes {
  readonly outcomes: Outcomes
  readonly splits: Splits
  /** How the splits were made, for people. */
  readonly splitName: string
}

function readSplits({
  data,
  folds = DEFAULT_FOLDS,
  seed,
  holdoutTasks,
  train,
  test,
}: EvalOptions): SplitOutcomes {
  if (train !== undefined && test !== undefined) {
    const joined = joinOutcomes(readExisting(train), readExisting(test))
    const { outcomes, trainRows, onlyInTrain, onlyInTest } = joined
    if (onlyInTest.length > 0) remark(`Left out, as ${train} lacks them: ${onlyInTest.join(', ')}`)
    if (onlyInTrain.length > 0) remark(`Left out, as ${test} lacks them: ${onlyInTrain.join(', ')}`)
    const splitName = `learned from ${formatPlural(trainRows, 'other prompt')}`
    return { outcomes, splits: trainThenTest(outcomes, trainRows), splitName }
  }
  const outcomes = readExisting(data!)
  if (holdoutTasks === true) {
    const splits = heldOutTasks(outcomes)
    return { outcomes, splits, splitName: `${splits.splits.length} tasks, each held out` }
  }
  const splits = crossValidation(outcomes, folds, seed)
  return { outcomes, splits, splitName: `${folds} folds (seed ${seed})` }
}

/** The command that makes the same report again. */
function commandLine({ data, folds, seed, holdoutTasks, train, test, policy, report }: EvalOptions): string {
  const option = (name: string, value: string | number | undefined) =>
    value === undefined ? [] : [`--${name}`, quoted(String(value))]
  return [
    'meritorder eval',
    ...option('data', data),
    ...option('train', train),
    ...option('test', test),
    ...(holdoutTasks === true ? ['--holdout-tasks'] : option('folds', folds)),
    ...option('seed', seed),
    ...option('policy', policy),
    ...option('report', report),
  ].join(' ')
}

function quoted(word: string): string {
  return /^[\w./:@%+=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}
