import { basename } from 'node:path'
import type { Command } from 'commander'
import { loadArtifacts } from '../artifacts.ts'
import { calibrate } from '../learn/calibrate/calibrate.ts'
import { MOST_KEPT } from '../learn/calibrate/proven-share.ts'
import { partFitter } from '../learn/evaluate/fit-part.ts'
import { crossValidation } from '../learn/evaluate/folds.ts'
import { onlyModels } from '../learn/evaluate/only-models.ts'
import type { Outcomes } from '../learn/outcomes.ts'
import { calibrationJson } from './calibrate-json.ts'
import { calibrationText } from './calibrate-text.ts'
import { calibratedPolicy } from './calibrated-policy.ts'
import { type CommonOptions, command, EXIT, print, remark, usageError } from './command.ts'
import { embedWithBar } from './embed-outcomes.ts'
import { learningBar } from './learning-bar.ts'
import { configFor } from './load-market.ts'
import { numberValue, policyNameValue, wholeValue } from './option-values.ts'
import { asWrongUse, readExisting, sha256Of } from './outcomes-file.ts'

interface CalibrateCommandOptions extends CommonOptions {
  readonly data: string
  readonly baseline: string
  readonly keep: number
  readonly confidence: number
  readonly folds: number
  readonly seed: number
  readonly name: string
}

/** `meritorder calibrate`: the cheapest band that provably keeps a share of a model's quality, as a policy. */
export function calibrateCommand(): Command {
  return command('calibrate', 'Find the cheapest policy that provably keeps a share of a model’s quality.', [
    'calibrate --data outcomes.jsonl.gz --baseline acme/large',
    'calibrate --data outcomes.jsonl.gz --baseline acme/large --keep 0.99 --confidence 0.9 --name careful',
  ])
    .requiredOption('-d, --data <file>', 'outcomes to learn from and to prove it on, .jsonl or .jsonl.gz')
    .requiredOption('-b, --baseline <model>', 'the model whose quality is to be kept')
    .option('--keep <share>', 'share of its expected quality to keep', numberValue(0, MOST_KEPT), 0.95)
    .option('--confidence <share>', 'how sure that has to be', numberValue(0.5, 0.9999), 0.95)
    .option('--folds <n>', 'parts of the cross-validation', wholeValue(2, 1_000), 5)
    .option('--seed <n>', 'seed of folds, order and resamples', wholeValue(0, 2 ** 32 - 1), 1)
    .option('--name <policy>', 'what to call the policy', policyNameValue, 'calibrated')
    .action((options: CalibrateCommandOptions) => asWrongUse(() => calibrateFile(options)))
}

async function calibrateFile(options: CalibrateCommandOptions): Promise<void> {
  const { data, baseline, keep, confidence, folds, seed, name } = options
  const read = onlyPriced(readExisting(data), baseline)
  const outcomes = await embedWithBar(read, configFor(options).config)
  const splits = crossValidation(outcomes, folds, seed)
  const { intents } = loadArtifacts()
  const calibration = await calibrate(outcomes, {
    splits,
    seed,
    fit: partFitter(outcomes, { intents, seed }),
    baseline,
    keep,
    confidence,
    tell: learningBar(splits),
  })
  const asked = { keep, confidence, folds, seed, models: outcomes.models, duplicates: splits.duplicates }
  const policy = calibration.isProven ? calibratedPolicy(calibration, asked, sourceOf(data)) : undefined
  const policies = policy === undefined ? undefined : { [name]: policy }
  print(options, calibrationJson(calibration, asked, policies), () =>
    calibrationText(calibration, asked, policies),
  )
  if (!calibration.isProven) process.exitCode = EXIT.failure
}

/** Without the models that nobody says the cost of: no band can tell whether they save anything. */
function onlyPriced(outcomes: Outcomes, baseline: string): Outcomes {
  const { models, costUsd } = outcomes
  const priced = models.filter((_, m) =>
    costUsd.some((cost, cell) => cell % models.length === m && !Number.isNaN(cost)),
  )
  if (priced.length === models.length) return outcomes
  if (models.includes(baseline) && !priced.includes(baseline))
    throw usageError(`no outcome of ${baseline} has a "cost": what a policy saves against it cannot be said`)
  remark(
    `Left out, as no outcome of theirs has a "cost": ${models.filter((model) => !priced.includes(model)).join(', ')}`,
  )
  return onlyModels(outcomes, priced)
}

function sourceOf(path: string) {
  return {
    data: basename(path),
    sha256: sha256Of(path).slice(0, 16),
    date: new Date().toISOString().slice(0, 10),
  }
}
