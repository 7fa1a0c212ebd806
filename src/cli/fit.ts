import { existsSync } from 'node:fs'
import { basename } from 'node:path'
import type { Command } from 'commander'
import { type Artifacts, loadArtifacts } from '../artifacts.ts'
import { compileCandidates } from '../decide/candidates.ts'
import { replaceFile } from '../files/replace-file.ts'
import { jsonLines } from '../learn/import/json-lines.ts'
import type { Outcomes } from '../learn/outcomes.ts'
import { FIT_STEPS } from '../learn/predictor/fit-predictor.ts'
import { type LoadedPredictor, type PredictorCard, parsePredictor } from '../learned/predictor-file.ts'
import {
  KEPT_PREDICTORS,
  keepPredictor,
  predictorPath,
  promotePredictor,
  prunePredictors,
} from '../learned/predictor-store.ts'
import { HEALTH_UNKNOWN } from '../market/health.ts'
import { type ComparedEvidence, placePairs, readPairs } from '../train/compared-evidence.ts'
import { fitArtifact } from '../train/fit-artifact.ts'
import type { IntentArtifact } from '../understand/artifact.ts'
import { type CommonOptions, command, print, remark, usageError } from './command.ts'
import { embedWithBar } from './embed-outcomes.ts'
import { formatPlural } from './format.ts'
import { leftOutText } from './left-out-text.ts'
import { configFor } from './load-market.ts'
import { wholeValue } from './option-values.ts'
import { asWrongUse, readExisting, sha256Of } from './outcomes-file.ts'
import { withStepBar } from './step-bar.ts'
import { paint, printable } from './terminal.ts'

interface FitOptions extends CommonOptions {
  readonly data: string
  readonly comparisons?: string
  readonly seed: number
  readonly out?: string
}

/** Below this a router does not personalise: what it learns is mostly chance. */
const FEW_PROMPTS = 200

/** `meritorder fit`: learns from outcomes which model suits which prompt, for every call from then on. */
export function fitCommand(): Command {
  return command('fit', 'Learn from outcomes which model suits which prompt, and put it in force.', [
    'fit --data outcomes.jsonl.gz',
    'fit --data outcomes.jsonl.gz --comparisons comparisons.jsonl.gz',
    'fit --data outcomes.jsonl.gz --out predictor.bin     keep it elsewhere, not in force',
  ])
    .requiredOption('-d, --data <file>', 'outcomes to learn from, .jsonl or .jsonl.gz')
    .option('--comparisons <file>', 'comparisons of two answers each to learn from, too, .jsonl or .jsonl.gz')
    .option(
      '--seed <n>',
      'seed of the fit: the same data and seed give the same predictor',
      wholeValue(0, 2 ** 32 - 1),
      1,
    )
    .option('-o, --out <file>', 'write it here, and do not put it in force')
    .action((options: FitOptions) => asWrongUse(() => fit(options)))
}

async function fit(options: FitOptions): Promise<void> {
  const { data, seed } = options
  const read = readExisting(data)
  if (read.models.length < 2)
    throw usageError(`only one model, ${read.models[0]}, has outcomes: there is nothing to choose from`)
  const { config } = configFor(options)
  const artifacts = loadArtifacts()
  const { intents } = artifacts
  const embedded = await embedWithBar(read, config)
  const { outcomes, compared, sources, leftOut } = await withComparisons(embedded, options, intents)
  const bytes = withStepBar(FIT_STEPS, (tell) =>
    fitArtifact(outcomes, { intents, seed, compared, sources: [sourceOf(data, embedded), ...sources], tell }),
  )
  const loaded = parsePredictor(bytes, intents.version, config.embedder?.name)
  const { data_folder: dataFolder } = config.record
  const path = options.out ?? predictorPath(dataFolder, loaded.version)
  if (options.out === undefined) {
    keepPredictor(dataFolder, bytes)
    await promotePredictor(dataFolder, loaded.version, 'fit', Date.now)
    await prunePredictors(dataFolder, KEPT_PREDICTORS, Date.now)
  } else replaceFile(path, bytes)
  if (loaded.card.prompts < FEW_PROMPTS)
    remark(
      `${formatPlural(loaded.card.prompts, 'prompt')} say little: from about ${FEW_PROMPTS} on kinds of prompts can be told apart, from 800 on single ones.`,
    )
  if (leftOut.length > 0) remark(leftOutText(leftOut, 'comparison'))
  const slugs = slugsOf(loaded, artifacts)
  print(options, fitJson(loaded, path, slugs), () => fitText(loaded, path, slugs, options.out === undefined))
}

function sourceOf(data: string, { ids }: Outcomes): PredictorCard['sources'][number] {
  return { name: basename(data), sha256: sha256Of(data), prompts: ids.length }
}

/** Those of a file beside the outcomes; it names answers of any market, so none of them is taken for a simulated one. */
async function withComparisons(
  outcomes: Outcomes,
  { comparisons }: FitOptions,
  intents: IntentArtifact,
): Promise<ComparedEvidence> {
  if (comparisons === undefined) return { outcomes, compared: [], sources: [], leftOut: [] }
  if (!existsSync(comparisons))
    throw usageError(`there is no file ${comparisons}; docs/leaderboards.md says what it should hold`)
  return placePairs(await readPairs(jsonLines(comparisons), intents, true), outcomes, new Map(), new Map())
}

/** The catalog's slug of each model that its name is known there as. */
function slugsOf(loaded: LoadedPredictor, { catalog, quality }: Artifacts): ReadonlyMap<string, string> {
  const table = compileCandidates({ catalog, health: () => HEALTH_UNKNOWN }, quality, catalog, loaded)
  return new Map(
    table.models.flatMap(({ slug }, m) => {
      const column = table.quality.column[m]!
      return column < 0 ? [] : [[loaded.predictor.models[column]!, slug]]
    }),
  )
}

function fitJson(
  { version, card, predictor }: LoadedPredictor,
  path: string,
  slugs: ReadonlyMap<string, string>,
) {
  const { models, mean, known, guard, kinds } = predictor
  return {
    version,
    file: path,
    prompts: card.prompts,
    outcomes: card.outcomes,
    seed: card.seed,
    best_single: card.bestSingle,
    gain: card.gain,
    guard: Number.isFinite(guard) ? guard : null,
    kinds: kinds?.names ?? [],
    models: models.map((model, m) => ({
      model,
      slug: slugs.get(model) ?? null,
      outcomes: known[m],
      quality: mean[m],
    })),
  }
}

function fitText(
  { version, card, predictor }: LoadedPredictor,
  path: string,
  slugs: ReadonlyMap<string, string>,
  isInForce: boolean,
): string {
  const { models, guard, kinds } = predictor
  const { mean, error } = card.gain
  const points = (value: number) => (100 * value).toFixed(1)
  const verdict = Number.isFinite(guard)
    ? `On prompts held out, looking at the prompt brought ${paint('bold', `+${points(mean)} ± ${points(1.96 * error)} points`)} of quality over ${card.bestSingle} for everything.`
    : `On prompts held out nothing was better than ${card.bestSingle} for everything: calls that look for the best answer go there.`
  const unknown = models.filter((model) => !slugs.has(model))
  return [
    `${paint('green', '→')} Learned from ${formatPlural(card.outcomes, 'outcome')} of ${formatPlural(models.length, 'model')} on ${formatPlural(card.prompts, 'prompt')}: ${path} (${version})`,
    ...(kinds === undefined ? [] : [`By your labels it tells ${kinds.names.length} kinds of prompts apart.`]),
    verdict,
    ...(unknown.length > 0
      ? [
          `Not in the catalog, so without effect until a host of yours sells them: ${unknown.map((name) => printable(name, 60)).join(', ')}`,
        ]
      : []),
    isInForce
      ? 'A gateway that runs uses it from now on. Prove it: meritorder eval; undo it: meritorder predictors rollback'
      : `Not in force. To put it in force: meritorder predictors promote ${path}`,
  ].join('\n')
}
