import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { progress } from '@clack/prompts'
import { fitSharpness, intentHead } from '../../src/learn/intents/calibration.ts'
import { crossValidate, FOLDS } from '../../src/learn/intents/cross-validate.ts'
import { predictIntents } from '../../src/learn/intents/evaluate-intents.ts'
import { fitEmbedder } from '../../src/learn/intents/fit-embedder.ts'
import { hashPrompt } from '../../src/learn/intents/hashed-prompt.ts'
import { type IntentScores, scoreIntents } from '../../src/learn/intents/intent-scores.ts'
import {
  type LabelledPrompt,
  readLabelledPrompts,
  readPromptFolder,
} from '../../src/learn/intents/labelled-prompts.ts'
import {
  formatIntentArtifact,
  type IntentArtifact,
  type IntentTables,
  parseIntentArtifact,
} from '../../src/understand/artifact.ts'
import { INTENTS } from '../../src/understand/intent-names.ts'
import { intentProbabilities } from '../../src/understand/intents.ts'
import { PUBLIC_FILE, publicHalves } from './public-file.ts'
import { TRAFFIC_BIAS } from './traffic-bias.ts'

/**
 * Strangers' prompts are less like ours than ours are like each other, so the sharpness that fits our held-out
 * prompts is too sure of itself elsewhere. Tuned on one half of the public file.
 */
const TRANSFER = 0.9

/**
 * Fits the intents artifact on our own prompts and writes it with its card. The same prompts give the same bytes.
 * `node training/intents/fit.ts [--prompts FOLDER] [--out FOLDER]`
 */
function main(): void {
  const { values } = parseArgs({
    options: {
      prompts: { type: 'string', default: 'training/prompts' },
      out: { type: 'string', default: 'artifacts' },
    },
  })
  const prompts = readPromptFolder(values.prompts)
  const report = reporter(FOLDS + 1)
  const calibration = calibrate(prompts, (fold) => report(`fold ${fold} of ${FOLDS}`))
  const tables = fitTables(prompts, calibration.sharpness)
  report('fitted on all prompts')
  const bytes = formatIntentArtifact(tables)
  const card = makeCard(prompts, tables, calibration, bytes)
  mkdirSync(values.out, { recursive: true })
  writeFileSync(join(values.out, 'intents.bin'), bytes)
  writeFileSync(join(values.out, 'intents.card.json'), `${JSON.stringify(card, null, 2)}\n`)
  console.log(JSON.stringify({ ...card, prompts_per_intent: undefined }, null, 2))
}

interface Calibration {
  /** The inverse temperature that is shipped: the one that fits our held-out prompts best, lowered for transfer. */
  readonly sharpness: number
  /** Scores on our held-out prompts, where every intent is about as common, at the sharpness that fits them best. */
  readonly crossValidated: IntentScores
}

function calibrate(prompts: readonly LabelledPrompt[], progress: (fold: number) => void): Calibration {
  const { embeddings, labels } = crossValidate(prompts, [], progress)
  const bias = new Float32Array(INTENTS.length)
  const likeliest = fitSharpness(embeddings, labels, bias)
  const head = intentHead({ sharpness: likeliest, bias })
  return {
    sharpness: Math.round(likeliest * TRANSFER * 10) / 10,
    crossValidated: scoreIntents(
      embeddings.map((embedding) => intentProbabilities(embedding, head)),
      labels,
    ),
  }
}

/** Fits embedder and head, and names them by what they hold. */
function fitTables(prompts: readonly LabelledPrompt[], sharpness: number): IntentTables {
  const table = fitEmbedder(prompts.map(hashPrompt))
  const head = intentHead({ sharpness, bias: TRAFFIC_BIAS })
  const content = formatIntentArtifact({ version: '', table, head })
  return { version: createHash('sha256').update(content).digest('hex').slice(0, 12), table, head }
}

/** What the artifact was fitted on and how well it does. No dates: the same prompts give the same card. */
function makeCard(
  prompts: readonly LabelledPrompt[],
  tables: IntentTables,
  { sharpness, crossValidated }: Calibration,
  bytes: Uint8Array,
) {
  const { table, version } = tables
  return {
    artifact: 'intents',
    version,
    bytes: bytes.length,
    features: table.keys.length,
    rows: table.scales.length,
    dimensions: table.dimensions,
    sharpness,
    fitted_on: [
      {
        source: 'training/prompts (written for Meritorder)',
        licence: 'Apache-2.0',
        prompts: prompts.length,
        languages: countBy(prompts.map(({ language }) => language ?? 'en')),
      },
    ],
    prompts_per_intent: Object.fromEntries(
      INTENTS.map((intent) => [intent, prompts.filter((prompt) => prompt.intent === intent).length]),
    ),
    cross_validated_on_own_prompts: rounded(crossValidated),
    evaluated_on: evaluations(bytes),
  }
}

/** Scores on the public file, which is never fitted on; absent when it is not at hand. */
function evaluations(bytes: Uint8Array) {
  if (!existsSync(PUBLIC_FILE)) {
    console.error(`Not evaluated: there is no ${PUBLIC_FILE} (MERITORDER_DATA names the folder).`)
    return []
  }
  const artifact = parseIntentArtifact(bytes)
  const all = readLabelledPrompts(PUBLIC_FILE)
  const { tuned, unseen } = publicHalves(all)
  const source = 'Auto-J scenarios (GAIR-NLP/auto-j, states no licence: evaluated, never fitted)'
  return [
    { source, part: 'all', ...rounded(evaluate(all, artifact)) },
    { source, part: 'half that settings were tuned on', ...rounded(evaluate(tuned, artifact)) },
    { source, part: 'the other half', ...rounded(evaluate(unseen, artifact)) },
  ]
}

function evaluate(prompts: readonly LabelledPrompt[], artifact: IntentArtifact): IntentScores {
  return scoreIntents(
    predictIntents(prompts, artifact),
    prompts.map(({ intent }) => intent),
  )
}

function rounded(scores: IntentScores): IntentScores {
  const round = (value: number) => Math.round(value * 1e4) / 1e4
  const { n, top1, top3, group, ece } = scores
  return { n, top1: round(top1), top3: round(top3), group: round(group), ece: round(ece) }
}

function countBy(names: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const name of [...names].sort()) counts[name] = (counts[name] ?? 0) + 1
  return counts
}

/** A progress bar on a terminal, nothing elsewhere. */
function reporter(steps: number): (message: string) => void {
  if (!process.stdout.isTTY) return () => {}
  const bar = progress({ max: steps })
  bar.start('Fitting intents')
  let done = 0
  return (message) => {
    bar.advance(1, message)
    if (++done === steps) bar.stop('Fitted intents')
  }
}

main()
