import type { Command } from 'commander'
import { loadIntents } from '../artifacts.ts'
import { predictIntents } from '../learn/intents/evaluate-intents.ts'
import {
  type Confusion,
  confusions,
  type IntentScores,
  scoreIntents,
} from '../learn/intents/intent-scores.ts'
import {
  type LabelledPrompt,
  readLabelledPrompts,
  readOurPrompts,
} from '../learn/intents/labelled-prompts.ts'
import { planRefit, refitPredictions } from '../learn/intents/refit.ts'
import { type CommonOptions, command, print, remark } from './command.ts'
import { formatPlural } from './format.ts'
import { withStepBar } from './step-bar.ts'
import { paint, table } from './terminal.ts'

const CONFUSIONS_SHOWN = 15

interface EvalOptions extends CommonOptions {
  readonly data: string
  readonly fitOn?: string
}

/** `meritorder intents eval`: scores the shipped classifier, or one fitted afresh, on labelled prompts. */
export function intentsEvalCommand(): Command {
  return command('eval', 'Score the intent classifier on labelled prompts.', [
    'intents eval --data labelled.jsonl',
    'intents eval --data test.jsonl.gz --fit-on train.jsonl.gz',
    'intents eval --data all.jsonl --fit-on all.jsonl --json     five-fold cross-validation',
  ])
    .requiredOption(
      '-d, --data <file>',
      'prompts to score on: {"prompt", "intent"} a line, .jsonl or .jsonl.gz',
    )
    .option('--fit-on <file>', 'fit a classifier on these prompts first; the same file: cross-validation')
    .action((_: object, invoked: Command) => evaluate(invoked.optsWithGlobals<EvalOptions>()))
}

function evaluate(options: EvalOptions): void {
  const { data, fitOn } = options
  const prompts = readLabelledPrompts(data)
  const predictions =
    fitOn === undefined ? predictIntents(prompts, loadIntents()) : refitted(prompts, data, fitOn)
  const labels = prompts.map(({ intent }) => intent)
  const scores = scoreIntents(predictions, labels)
  const confused = confusions(predictions, labels, CONFUSIONS_SHOWN)
  print(options, { ...scores, confusions: confused }, () => scoresText(scores, confused))
}

function refitted(prompts: readonly LabelledPrompt[], data: string, fitOn: string): readonly Float32Array[] {
  const own = readOurPrompts()
  const ours = ` and ${formatPlural(own.length, 'prompt')} of Meritorder's own`
  const refit = planRefit(prompts, readLabelledPrompts(fitOn), own)
  const { kept, dropped } = refit
  const left = dropped === 0 ? '' : `, less ${dropped} that are in ${data} too`
  remark(
    kept.length === 0
      ? `Five-fold cross-validation: each fifth is predicted after fitting on the other four${ours}.`
      : `Fitted on ${formatPlural(kept.length, 'prompt')} of ${fitOn}${left}${ours}.`,
  )
  return withStepBar(refit.steps, (step) => refitPredictions(prompts, refit, step))
}

function scoresText({ n, top1, top3, group, ece }: IntentScores, confused: readonly Confusion[]): string {
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`
  const lines = [
    `${paint('bold', percent(top1))} of ${formatPlural(n, 'prompt')} have their label as most probable intent,`,
    `${paint('bold', percent(top3))} among the three most probable, ${percent(group)} the right group.`,
    `The stated probabilities are off by ${percent(ece)} on average (expected calibration error).`,
  ]
  if (confused.length === 0) return lines.join('\n')
  const rows = confused.map(({ label, predicted, n }) => [String(n), label, predicted])
  return [
    ...lines,
    '',
    table([{ title: 'times', align: 'right' }, { title: 'label' }, { title: 'taken for' }], rows),
  ].join('\n')
}
