import { MeritorderError } from '../../errors.ts'

/** How many intents of a prompt count: its most probable ones. */
const KEPT = 5

/**
 * What the ability model sees of some prompts. A prompt stands for the row (1, p(c|x) for every intent c, z(x)); as most
 * intents are 0, only the kept ones are stored.
 */
export interface PromptFeatures {
  readonly count: number
  /** How many intents there are. */
  readonly intents: number
  /** Numbers of each prompt's kept intents, ascending, prompts × 5. */
  readonly kept: Int32Array
  /** Their probabilities. */
  readonly probability: Float32Array
  /** Given coordinates, prompts × directions. */
  readonly z: Float32Array
  readonly directions: number
}

/**
 * Lays out prompts for the ability model; of each prompt's intents the five most probable ones are kept.
 * @param intents probability of every intent, prompts × `intentCount`
 * @param z any coordinates, prompts × `directions`
 * @throws MeritorderError `invalid_request` when the tables differ in length or hold anything but finite numbers
 */
export function promptFeatures(
  intents: Float32Array,
  intentCount: number,
  z: Float32Array,
  directions: number,
): PromptFeatures {
  const count = intents.length / intentCount
  if (!Number.isInteger(count) || z.length !== count * directions)
    throw new MeritorderError(
      'invalid_request',
      `Features of ${count} prompts with ${intentCount} intents came with ${z.length} coordinates in ${directions} directions. Give one row of each per prompt.`,
    )
  if (!intents.every(Number.isFinite) || !z.every(Number.isFinite))
    throw new MeritorderError(
      'invalid_request',
      'A feature of a prompt is not a finite number. Leave the prompt out, or give 0.',
    )
  const kept = new Int32Array(count * KEPT)
  const probability = new Float32Array(count * KEPT)
  for (let prompt = 0; prompt < count; prompt++) {
    const own = intents.subarray(prompt * intentCount, (prompt + 1) * intentCount)
    for (const [i, intent] of mostProbable(own).entries()) {
      kept[prompt * KEPT + i] = intent
      probability[prompt * KEPT + i] = own[intent]!
    }
  }
  return { count, intents: intentCount, kept, probability, z, directions }
}

/** Numbers of the largest values, ascending; at most `KEPT`. */
function mostProbable(values: Float32Array): readonly number[] {
  const largest: number[] = []
  for (let i = 0; i < values.length; i++) {
    if (largest.length === KEPT && values[i]! <= values[largest[KEPT - 1]!]!) continue
    let at = largest.length === KEPT ? KEPT - 1 : largest.length
    for (; at > 0 && values[largest[at - 1]!]! < values[i]!; at--) largest[at] = largest[at - 1]!
    largest[at] = i
  }
  return largest.sort((a, b) => a - b)
}

/** Length of a prompt's row. */
export function rowWidth({ intents, directions }: PromptFeatures): number {
  return 1 + intents + directions
}

/** Row of a prompt · coefficients, which begin at `at`. */
export function dotRow(features: PromptFeatures, prompt: number, coefficients: Float64Array, at = 0): number {
  const { kept, probability, z, directions, intents } = features
  let sum = coefficients[at]!
  for (let i = prompt * KEPT, end = i + KEPT; i < end; i++)
    sum += probability[i]! * coefficients[at + 1 + kept[i]!]!
  for (let k = 0, from = prompt * directions, to = at + 1 + intents; k < directions; k++)
    sum += z[from + k]! * coefficients[to + k]!
  return sum
}

/** Adds scale × the row of a prompt to `out`, from `at` on. */
export function addRow(
  features: PromptFeatures,
  prompt: number,
  scale: number,
  out: Float64Array,
  at = 0,
): void {
  const { kept, probability, z, directions, intents } = features
  out[at]! += scale
  for (let i = prompt * KEPT, end = i + KEPT; i < end; i++) out[at + 1 + kept[i]!]! += scale * probability[i]!
  for (let k = 0, from = prompt * directions, to = at + 1 + intents; k < directions; k++)
    out[to + k]! += scale * z[from + k]!
}

/** Adds scale × row · rowᵀ to the lower triangle of `out` (width × width, row-major). */
export function addOuter(features: PromptFeatures, prompt: number, scale: number, out: Float64Array): void {
  const { kept, probability, z, directions, intents } = features
  const width = rowWidth(features)
  const first = prompt * KEPT
  const from = prompt * directions
  out[0]! += scale
  for (let i = first; i < first + KEPT; i++) {
    const value = scale * probability[i]!
    const row = (1 + kept[i]!) * width
    out[row]! += value
    for (let j = first; j <= i; j++) out[row + 1 + kept[j]!]! += value * probability[j]!
  }
  for (let k = 0; k < directions; k++) {
    const value = scale * z[from + k]!
    const row = (1 + intents + k) * width
    out[row]! += value
    for (let j = first; j < first + KEPT; j++) out[row + 1 + kept[j]!]! += value * probability[j]!
    for (let l = 0, to = row + 1 + intents; l <= k; l++) out[to + l]! += value * z[from + l]!
  }
}

/** Row · A · rowᵀ for a symmetric A (width × width), and A · row in `image`. */
export function quadraticForm(
  features: PromptFeatures,
  prompt: number,
  a: Float64Array,
  image: Float64Array,
): number {
  const { kept, probability, z, directions, intents } = features
  const width = rowWidth(features)
  image.set(a.subarray(0, width))
  for (let i = prompt * KEPT, end = i + KEPT; i < end; i++)
    if (probability[i] !== 0) addScaled(image, a, (1 + kept[i]!) * width, probability[i]!)
  for (let k = 0; k < directions; k++)
    addScaled(image, a, (1 + intents + k) * width, z[prompt * directions + k]!)
  return dotRow(features, prompt, image)
}

function addScaled(to: Float64Array, from: Float64Array, at: number, scale: number): void {
  for (let c = 0; c < to.length; c++) to[c]! += scale * from[at + c]!
}
