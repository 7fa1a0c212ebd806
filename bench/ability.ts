/**
 * Time and memory to fit the ability model on a million simulated outcomes of 300 models, what it recovers of the truth
 * that they were drawn from, and the time of an online update.
 *
 *   npm run bench:ability -- [--outcomes 1000000] [--comparisons 0] [--models 300] [--prompts 200000] [--json]
 *
 * The targets are 60 s and 2 GB for the fit and 1 ms for an update. CPU time is that of all threads: on a busy machine
 * it tells more than the clock.
 */
import { parseArgs } from 'node:util'
import { fitAbility } from '../src/learn/ability/fit-ability.ts'
import { predictAbility } from '../src/learn/ability/predict-ability.ts'
import { promptFeatures } from '../src/learn/ability/prompt-features.ts'
import { updateAbility } from '../src/learn/ability/update-ability.ts'
import { gaussian, seededRandom } from '../src/learn/random.ts'

const { values } = parseArgs({
  options: {
    outcomes: { type: 'string', default: '1000000' },
    comparisons: { type: 'string', default: '0' },
    models: { type: 'string', default: '300' },
    prompts: { type: 'string', default: '200000' },
    json: { type: 'boolean', default: false },
  },
})

const INTENTS = 59
const DIRECTIONS = 32
/** What the truth spreads by, logits: overall, intents, directions. */
const OWN = [0.8, 0.5, 1.5]
const SHARED = [1, 0.7, 2]
/** Davidson's weight of ties. */
const TIES = 0.6
const UPDATES = 1000

const random = seededRandom(1)
const draw = (sd: number) => sd * gaussian(random)
const below = (n: number) => Math.floor(random() * n)
const models = Array.from({ length: Number(values.models) }, (_, m) => ({ model: `author/model-${m}` }))
const features = drawPrompts(Number(values.prompts))
const truth = { ability: models.map(() => coefficients(OWN)), difficulty: coefficients(SHARED) }

const outcomes = Array.from({ length: Number(values.outcomes) }, () => drawOutcome())
const comparisons = Array.from({ length: Number(values.comparisons) }, () => drawComparison())

const cpu = process.cpuUsage()
const start = performance.now()
const ability = fitAbility({ models, prompts: features, outcomes, comparisons })
const seconds = (performance.now() - start) / 1000
const used = process.cpuUsage(cpu)

const report = {
  outcomes: outcomes.length,
  comparisons: comparisons.length,
  models: models.length,
  fit_s: round(seconds),
  fit_cpu_s: round((used.user + used.system) / 1e6),
  peak_rss_mb: Math.round(process.resourceUsage().maxRSS / 1024),
  ...recovery(),
  update_ms: updateTimes(),
}
console.log(values.json ? JSON.stringify(report) : report)

function drawPrompts(count: number) {
  const intents = new Float32Array(count * INTENTS)
  const z = new Float32Array(count * DIRECTIONS)
  for (let i = 0; i < count; i++) {
    intents[i * INTENTS + below(INTENTS)]! += 0.7
    intents[i * INTENTS + below(INTENTS)]! += 0.3
    for (let k = 0; k < DIRECTIONS; k++) z[i * DIRECTIONS + k] = draw(1 / Math.sqrt(DIRECTIONS))
  }
  return promptFeatures(intents, INTENTS, z, DIRECTIONS)
}

function coefficients(sds: readonly number[]): Float64Array {
  return Float64Array.from({ length: 1 + INTENTS + DIRECTIONS }, (_, c) =>
    draw(sds[c === 0 ? 0 : c <= INTENTS ? 1 : 2]!),
  )
}

function logitOf(m: number, prompt: number): number {
  return rowTimes(truth.ability[m]!, prompt) - rowTimes(truth.difficulty, prompt)
}

function rowTimes(by: Float64Array, prompt: number): number {
  let sum = by[0]!
  for (let i = prompt * 5; i < prompt * 5 + 5; i++)
    sum += features.probability[i]! * by[1 + features.kept[i]!]!
  for (let k = 0; k < DIRECTIONS; k++) sum += features.z[prompt * DIRECTIONS + k]! * by[1 + INTENTS + k]!
  return sum
}

function drawOutcome() {
  const m = below(models.length)
  const prompt = below(features.count)
  return { prompt, model: models[m]!.model, quality: random() < sigmoid(logitOf(m, prompt)) ? 1 : 0 }
}

function drawComparison() {
  const a = below(models.length)
  const b = (a + 1 + below(models.length - 1)) % models.length
  const prompt = below(features.count)
  const lead = logitOf(a, prompt) - logitOf(b, prompt)
  const odds = [Math.exp(lead / 2), TIES, Math.exp(-lead / 2)]
  const at = random() * (odds[0]! + odds[1]! + odds[2]!)
  return {
    prompt,
    a: models[a]!.model,
    b: models[b]!.model,
    result: at < odds[0]! ? 1 : at < odds[0]! + odds[1]! ? 0.5 : 0,
  }
}

/** What is predicted of all models on some prompts, beside the truth; abilities relative to the prompt's mean. */
function recovery() {
  let error = 0
  let spread = 0
  let within = 0
  let off = 0
  let n = 0
  for (let prompt = 0; prompt < 200; prompt++) {
    const { mean, sd, quality } = predictAbility(ability, features, prompt)
    const real = models.map((_, m) => logitOf(m, prompt))
    const realMean = real.reduce((sum, logit) => sum + logit, 0) / models.length
    const saidMean = mean.reduce((sum, logit) => sum + logit, 0) / models.length
    for (let m = 0; m < models.length; m++) {
      const miss = mean[m]! - saidMean - (real[m]! - realMean)
      error += miss ** 2
      spread += (real[m]! - realMean) ** 2
      within += Math.abs(miss) < 2 * sd[m]! ? 1 : 0
      off += Math.abs(quality[m]! - sigmoid(real[m]!))
      n++
    }
  }
  return {
    ability_rmse: round(Math.sqrt(error / n)),
    ability_true_sd: round(Math.sqrt(spread / n)),
    within_2_sd: round(within / n),
    quality_mean_error: round(off / n),
    ties_weight: round(ability.ties),
  }
}

function updateTimes() {
  let current = ability
  const rows = Array.from({ length: UPDATES }, (_, i) => (i % 2 === 0 ? drawOutcome() : drawComparison()))
  const before = process.cpuUsage()
  const times = rows
    .map((row) => {
      const begun = performance.now()
      current = updateAbility(current, features, row)
      return performance.now() - begun
    })
    .sort((a, b) => a - b)
  const { user, system } = process.cpuUsage(before)
  return {
    p50: round(times[UPDATES / 2]!),
    p99: round(times[(UPDATES * 99) / 100]!),
    mean_cpu: round((user + system) / 1000 / UPDATES),
  }
}

function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-logit))
}

function round(value: number): number {
  return Number(value.toPrecision(3))
}
