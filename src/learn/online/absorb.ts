import { type Experience, product } from '../../decide/experience.ts'

/** One answer that was rated, or two that were compared: a number that the experience explains, and what it is made of. */
export interface Observation {
  readonly model: string
  /** Of a comparison: the other one's model. */
  readonly other?: string
  /** See `Seen.prompt`. */
  readonly prompt: Float32Array
  /** Quality (0..1), or 1, 0, −1 for won, tied, lost; less what was predicted of it. */
  readonly surprise: number
}

/**
 * Variances in quality²: of what single ratings and comparisons say, and before anything is known of a model's shift
 * over all prompts (besides that of its prediction), of its shift on one cluster, and by how much more uncertain is what
 * all models share. Chosen on the multitask outcomes; docs/learning-log.md says what else was tried and how they do elsewhere.
 */
const RATING_NOISE = 0.2
const COMPARISON_NOISE = 0.3
const OVERALL = 0.006
const CLUSTER = 0.02
const SHARED = 4

/** So many models have experience of their own at a time: an update costs the square of it. */
const MOST_MODELS = 16

/** Experience as it is gathered: the arrays are written in place, and replaced when a model comes or goes. */
export interface GrowingExperience extends Experience {
  models: string[]
  evidence: number[]
  unsure: number[]
  mean: Float64Array
  covariance: Float64Array
  /** Standard deviation of what is predicted of a model over all prompts. */
  readonly sdOf: (model: string) => number
}

/** Experience of nothing. @param width 1 and the number of clusters */
export function noExperience(width: number, sdOf: GrowingExperience['sdOf']): GrowingExperience {
  const empty = {
    models: [],
    evidence: [],
    unsure: [],
    sdOf,
    width,
    mean: new Float64Array(0),
    covariance: new Float64Array(0),
  }
  return withBlock(empty, SHARED * OVERALL, SHARED * CLUSTER)
}

/**
 * Learns from one observation: the exact Bayesian update of a linear model with Gaussian noise (a Kalman step). A rating
 * is explained by its model's shift and by what all models share, a comparison by the difference of two models' shifts.
 * The order of observations does not matter, but for rounding.
 *
 * @returns the models that had to make room, and of which nothing is known any more
 */
export function absorb(experience: GrowingExperience, observation: Observation): readonly string[] {
  const gone = makeRoom(experience, observation)
  step(experience, observation, 1)
  count(experience, observation, 1)
  return gone
}

/** Takes an observation back: the exact inverse of `absorb`, as long as its models were not discounted nor made room since. */
export function retract(experience: GrowingExperience, observation: Observation): void {
  step(experience, observation, -1)
  count(experience, observation, -1)
}

/**
 * Says that what is known of a model is known of what it was: its shift is as uncertain again as before any evidence. So
 * all that was said of it counts as one rating now: it tells where the shift is, and no more than that.
 */
export function discount(experience: GrowingExperience, model: string): void {
  const { width, mean, covariance, models, evidence, unsure } = experience
  const b = models.indexOf(model)
  if (b < 0) return
  evidence[b] = Math.min(1, evidence[b]!)
  for (let i = 0, at = (b + 1) * width; i < width; i++, at++)
    covariance[at * mean.length + at]! += i === 0 ? unsure[b]! : CLUSTER
}

/** What is expected of an observation: its model's shift and what all share, or the lead of the first of two. */
export function expectedSurprise(
  { models, width, mean }: Experience,
  { model, other, prompt }: Omit<Observation, 'surprise'>,
): number {
  const of = (block: number) => product(prompt, mean, block * width)
  const own = (slug: string) => (models.includes(slug) ? of(models.indexOf(slug) + 1) : 0)
  return other === undefined ? own(model) + of(0) : own(model) - own(other)
}

function step(experience: GrowingExperience, observation: Observation, sign: 1 | -1): void {
  const { model, other, prompt, surprise } = observation
  const blockOf = (slug: string) => experience.models.indexOf(slug) + 1
  const first = blockOf(model)
  const second = other === undefined ? 0 : blockOf(other)
  const weight = other === undefined ? 1 : -1
  const { width, mean, covariance } = experience
  const size = mean.length
  const gain = new Float64Array(size)
  for (let i = 0, row = 0; i < size; i++, row += size)
    gain[i] =
      product(prompt, covariance, row + first * width) +
      weight * product(prompt, covariance, row + second * width)
  const along = (numbers: Float64Array) =>
    product(prompt, numbers, first * width) + weight * product(prompt, numbers, second * width)
  const noise = other === undefined ? RATING_NOISE : COMPARISON_NOISE
  const total = along(gain) + sign * noise
  const missed = surprise - along(mean)
  for (let i = 0, row = 0; i < size; i++, row += size) {
    const part = gain[i]! / total
    if (part === 0) continue
    mean[i]! += part * missed
    for (let j = 0; j < size; j++) covariance[row + j]! -= part * gain[j]!
  }
}

function count({ models, evidence }: GrowingExperience, { model, other }: Observation, by: number): void {
  evidence[models.indexOf(model)]! += by
  if (other !== undefined) evidence[models.indexOf(other)]! += by
}

/** Gives the models of an observation their blocks. Those with the least evidence go where there are too many. */
function makeRoom(experience: GrowingExperience, { model, other }: Observation): readonly string[] {
  const gone: string[] = []
  for (const slug of other === undefined ? [model] : [model, other]) {
    const { models, evidence } = experience
    if (models.includes(slug)) continue
    if (models.length === MOST_MODELS) {
      const others = [...models.keys()].filter((b) => models[b] !== model && models[b] !== other)
      const least = others.reduce((one, b) => (evidence[b]! < evidence[one]! ? b : one))
      gone.push(models[least]!)
      withoutBlock(experience, least)
    }
    const overall = OVERALL + experience.sdOf(slug) ** 2
    Object.assign(experience, withBlock(experience, overall, CLUSTER))
    experience.models.push(slug)
    experience.evidence.push(0)
    experience.unsure.push(overall)
  }
  return gone
}

function withBlock(experience: GrowingExperience, overall: number, cluster: number): GrowingExperience {
  const { width, mean, covariance } = experience
  const size = mean.length + width
  const wider = new Float64Array(size * size)
  for (let i = 0; i < mean.length; i++)
    wider.set(covariance.subarray(i * mean.length, (i + 1) * mean.length), i * size)
  for (let i = 0, at = mean.length; i < width; i++, at++) wider[at * size + at] = i === 0 ? overall : cluster
  const longer = new Float64Array(size)
  longer.set(mean)
  return { ...experience, mean: longer, covariance: wider }
}

/** What is left of a Gaussian without some of its variables is what it says of the others. */
function withoutBlock(experience: GrowingExperience, model: number): void {
  const { width, mean, covariance, models, evidence, unsure } = experience
  const size = mean.length
  const [from, to] = [(model + 1) * width, (model + 2) * width]
  const less = size - width
  const without = (numbers: Float64Array, at: number, into: Float64Array, place: number) => {
    into.set(numbers.subarray(at, at + from), place)
    into.set(numbers.subarray(at + to, at + size), place + from)
  }
  const shorter = new Float64Array(less)
  without(mean, 0, shorter, 0)
  const narrower = new Float64Array(less * less)
  for (let i = 0; i < size; i++)
    if (i < from || i >= to) without(covariance, i * size, narrower, (i < from ? i : i - width) * less)
  experience.mean = shorter
  experience.covariance = narrower
  models.splice(model, 1)
  evidence.splice(model, 1)
  unsure.splice(model, 1)
}
