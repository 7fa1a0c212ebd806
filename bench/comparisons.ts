/**
 * What comparisons add to a predictor: a part of the prompts of a file of outcomes is learned from as it is, another part
 * only as comparisons of two models' answers, and the rest is predicted. Beside it the same without the comparisons.
 *
 *   npm run bench:comparisons -- [--data FILE] [--prompts 300] [--comparisons 1000] [--seeds 6] [--whole] [--json]
 *
 * Of each prompt learned from one model's outcome is known, as of a rated call; with --whole those of all models.
 */
import { basename, join } from 'node:path'
import { parseArgs } from 'node:util'
import { loadIntents } from '../src/artifacts.ts'
import { readExisting } from '../src/cli/outcomes-file.ts'
import { rowsById } from '../src/learn/evaluate/folds.ts'
import type { Outcomes } from '../src/learn/outcomes.ts'
import type { Compared } from '../src/learn/predictor/compared.ts'
import { fitPredictor } from '../src/learn/predictor/fit-predictor.ts'
import type { ExploredCall } from '../src/learn/predictor/guard.ts'
import { predictText } from '../src/learn/predictor/predict-text.ts'
import { seededRandom, shuffle } from '../src/learn/random.ts'
import { INTENTS } from '../src/understand/intent-names.ts'
import { understand } from '../src/understand/understand.ts'
import { spaceEmbedder } from '../src/understand/vector-space.ts'

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    prompts: { type: 'string', default: '300' },
    comparisons: { type: 'string', default: '1000' },
    seeds: { type: 'string', default: '6' },
    whole: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
})
const folder = process.env.MERITORDER_DATA ?? '../shared/data'
const data = values.data ?? join(folder, 'outcomes-multitask-train.jsonl.gz')
const outcomes = readExisting(data)
const width = outcomes.models.length
const intents = loadIntents()
const MOST_TESTED = 1_000

const seeds = Array.from({ length: Number(values.seeds) }, (_, s) => runSeed(s + 1))
const report = {
  data: basename(data),
  prompts: Number(values.prompts),
  comparisons: Number(values.comparisons),
  whole: values.whole,
  log_loss: difference(seeds.map(({ without, told }) => [without.logLoss, told.logLoss])),
  quality: difference(seeds.map(({ without, told }) => [without.quality, told.quality])),
  best_single: mean(seeds.map(({ bestSingle }) => bestSingle)),
}
process.stdout.write(`${JSON.stringify(report, null, values.json ? 0 : 2)}\n`)

function runSeed(seed: number) {
  const random = seededRandom(seed)
  const order = shuffle(rowsById(outcomes), random)
  const tested = Math.min(MOST_TESTED, Math.floor(order.length / 3))
  const test = order.slice(0, tested)
  const learned = order.slice(tested, tested + Number(values.prompts))
  const others = order.slice(tested + learned.length)
  const known = values.whole ? outcomes : withOneEach(learned, random)
  const compared = Array.from({ length: Number(values.comparisons) }, () => comparisonOn(others, random))
  return {
    without: score(known, learned, test, seed, []),
    told: score(known, learned, test, seed, compared),
    bestSingle: Math.max(...outcomes.models.map((_, m) => mean(test.flatMap((row) => qualityOf(row, m))))),
  }
}

/** Nothing where it is not known. */
function qualityOf(row: number, model: number): readonly number[] {
  const quality = outcomes.quality[row * width + model]!
  return Number.isNaN(quality) ? [] : [quality]
}

/** The outcomes of one model for each of these prompts, drawn. */
function withOneEach(rows: readonly number[], random: () => number): Outcomes {
  const quality = outcomes.quality.slice()
  for (const row of rows) {
    const kept = Math.floor(random() * width)
    for (let m = 0; m < width; m++) if (m !== kept) quality[row * width + m] = Number.NaN
  }
  return { ...outcomes, quality }
}

/** The better outcome wins. */
function comparisonOn(rows: readonly number[], random: () => number): Compared {
  for (;;) {
    const row = rows[Math.floor(random() * rows.length)]!
    const a = Math.floor(random() * width)
    const b = (a + 1 + Math.floor(random() * (width - 1))) % width
    const lead = outcomes.quality[row * width + a]! - outcomes.quality[row * width + b]!
    if (!Number.isNaN(lead)) return { a, b, result: Math.sign(lead), intents: intentsOf(row) }
  }
}

function intentsOf(row: number): Compared['intents'] {
  const request = { messages: [{ role: 'user', content: outcomes.prompts[row]! }] }
  return understand(request, intents).intents.flatMap(({ intent, p }) => {
    const number = (INTENTS as readonly string[]).indexOf(intent)
    return number < 0 ? [] : [{ intent: number, p }]
  })
}

/** What was rated, as calls that could have gone to every model by equal chances: without them the guard cannot be told. */
function exploredCalls({ quality }: Outcomes, rows: readonly number[]): readonly ExploredCall[] {
  const available = outcomes.models.map((_, m) => m)
  return rows.flatMap((row, place) =>
    available.flatMap((model) => {
      const rated = quality[row * width + model]!
      return Number.isNaN(rated)
        ? []
        : [{ row: place, model, propensity: 1 / width, quality: rated, available }]
    }),
  )
}

/** Of what is predicted of every outcome, and of choosing by it: the best single model, or what leads it by the guard. */
function score(
  known: Outcomes,
  learned: readonly number[],
  test: readonly number[],
  seed: number,
  compared: readonly Compared[],
) {
  const explored = values.whole ? [] : exploredCalls(known, learned)
  const { predictor, space } = fitPredictor(known, learned, { intents, seed, compared, explored })
  const { guard, mean } = predictor
  const embedder = spaceEmbedder('bench', space)
  let loss = 0
  let cells = 0
  let quality = 0
  for (const row of test) {
    const predicted = predictText(outcomes.texts[row]!, predictor, embedder, intents).quality
    const has = Array.from(predicted.keys()).filter((m) => !Number.isNaN(outcomes.quality[row * width + m]))
    const home = has.reduce((best, m) => (mean[m]! > mean[best]! ? m : best))
    const best = has.reduce((first, m) => (predicted[m]! > predicted[first]! ? m : first))
    const chosen = predicted[best]! - predicted[home]! > guard ? best : home
    quality += outcomes.quality[row * width + chosen]!
    for (const m of has) {
      const p = Math.min(0.99, Math.max(0.01, predicted[m]!))
      const was = outcomes.quality[row * width + m]!
      loss -= was * Math.log(p) + (1 - was) * Math.log(1 - p)
      cells++
    }
  }
  return { logLoss: loss / cells, quality: quality / test.length }
}

/** Means without and with, and the difference with its standard error over the seeds. */
function difference(pairs: readonly (readonly [number, number])[]) {
  const gains = pairs.map(([without, told]) => told - without)
  const gain = mean(gains)
  const spread = mean(gains.map((one) => (one - gain) ** 2))
  return {
    without: mean(pairs.map(([without]) => without)),
    with: mean(pairs.map(([, told]) => told)),
    difference: gain,
    error: Math.sqrt(spread / Math.max(1, gains.length - 1)),
  }
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0) / numbers.length
}
