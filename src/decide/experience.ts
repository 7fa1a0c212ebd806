/**
 * What ratings and comparisons have taught since the fitted files were made: a Gaussian over how much each model's quality
 * lies above its prediction, and over how much easier prompts are than predicted, which all models share. Fitted by
 * learn/online/absorb.ts.
 */
export interface Experience {
  /** Slugs of the models with evidence; block 0 of the coefficients is what all models share, block b + 1 is models[b]'s. */
  readonly models: readonly string[]
  /** Ratings and comparisons that each rests on. */
  readonly evidence: readonly number[]
  /** Variance of each one's shift over all prompts before any evidence. */
  readonly unsure: readonly number[]
  /** Coefficients of a block. */
  readonly width: number
  /** Blocks × width. */
  readonly mean: Float64Array
  /** Square, row-major, as wide as `mean` is long. */
  readonly covariance: Float64Array
}

/** What was experienced, as one prompt sees it. */
export interface Seen {
  readonly experience: Experience
  /** What the coefficients are multiplied with: 1, then the prompt's shares of the clusters of the traffic. */
  readonly prompt: Float32Array
}

/** Shifts of the predicted quality of one prompt, by the rows of a market's models. */
export interface Shifts {
  /** To be added to the predicted quality; 0 without evidence. */
  readonly quality: Float64Array
  /** Ratings and comparisons that the shift rests on. */
  readonly evidence: Float64Array
  /** What evidence has left of the doubt about the model over all prompts, as a share of its standard deviation; 1 without any. */
  readonly doubt: Float64Array
  /** Standard deviation of a model's shift. To be asked of models with evidence. */
  readonly sd: (model: number) => number
}

/**
 * Ratings move no predicted quality by more than this, whoever gives them and however many: what they may do to traffic
 * is bounded before any limit of the policy is.
 */
export const MOST_SHIFT = 0.3

/**
 * Looks at experience with the eyes of one prompt.
 *
 * @param rows row of each model of the market, by slug; those that the market lacks are left out.
 */
export function shiftsFor({ experience, prompt }: Seen, rows: ReadonlyMap<string, number>): Shifts {
  const { models, width, mean, covariance, unsure } = experience
  const quality = new Float64Array(rows.size)
  const evidence = new Float64Array(rows.size)
  const doubt = new Float64Array(rows.size).fill(1)
  const block = new Int32Array(rows.size)
  for (const [b, slug] of models.entries()) {
    const row = rows.get(slug)
    if (row === undefined) continue
    block[row] = b + 1
    evidence[row] = experience.evidence[b]!
    doubt[row] = Math.min(1, Math.sqrt(covariance[(b + 1) * width * (mean.length + 1)]! / unsure[b]!))
    quality[row] = bounded(product(prompt, mean, (b + 1) * width))
  }
  return { quality, evidence, doubt, sd: (row) => Math.sqrt(variance(experience, prompt, block[row]!)) }
}

/** Variance of a block's say about a prompt. */
function variance({ width, mean, covariance }: Experience, prompt: Float32Array, block: number): number {
  const from = block * width
  let sum = 0
  for (let i = 0; i < width; i++)
    sum += prompt[i]! * product(prompt, covariance, (from + i) * mean.length + from)
  return Math.max(0, sum)
}

/** A prompt times the numbers from `at` on. */
export function product(prompt: Float32Array, numbers: Float64Array, at: number): number {
  let sum = 0
  for (let i = 0; i < prompt.length; i++) sum += prompt[i]! * numbers[at + i]!
  return sum
}

function bounded(shift: number): number {
  return Math.min(MOST_SHIFT, Math.max(-MOST_SHIFT, shift))
}
