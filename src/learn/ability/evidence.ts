import { MeritorderError } from '../../errors.ts'
import type { PromptFeatures } from './prompt-features.ts'

/** A model that may have evidence or none. */
export interface CandidateModel {
  readonly model: string
  /** What is known of its overall ability before any evidence, in logits; without it, what is learned of the others. */
  readonly prior?: { readonly mean: number; readonly sd: number }
}

/** How good a model's answer to a prompt was. */
export interface AbilityOutcome {
  /** Row of the prompt's features. */
  readonly prompt: number
  readonly model: string
  /** 0..1 */
  readonly quality: number
}

/** Which of two models' answers to a prompt was better. */
export interface AbilityComparison {
  /** Row of the prompt's features. */
  readonly prompt: number
  readonly a: string
  readonly b: string
  /** 1 when a won, 0 when b won, 0.5 for a tie. */
  readonly result: number
}

/** All that the ability model learns from. The order of outcomes and comparisons does not matter. */
export interface AbilityEvidence {
  readonly models: readonly CandidateModel[]
  readonly prompts: PromptFeatures
  readonly outcomes: readonly AbilityOutcome[]
  readonly comparisons: readonly AbilityComparison[]
}

/** Evidence in columns; models by their number. */
export interface EvidenceColumns {
  readonly models: number
  readonly prompts: PromptFeatures
  /** Sorted by prompt, then by model: a prompt's rows lie together, in the same order however they came. */
  readonly outcomes: {
    readonly model: Int32Array
    readonly prompt: Int32Array
    readonly quality: Float64Array
    /** Where each prompt's rows begin, and behind them all rows' number. */
    readonly starts: Int32Array
    /** The rows once more, sorted by model: a model's block stays in the processor's cache while it is added to. */
    readonly byModel: Int32Array
  }
  /** Sorted by prompt. */
  readonly comparisons: {
    readonly a: Int32Array
    readonly b: Int32Array
    readonly prompt: Int32Array
    readonly result: Float64Array
  }
}

/**
 * Checks evidence and lays it out in columns; in time linear in the rows.
 * @throws MeritorderError `invalid_request` naming the first thing that is not what it should be
 */
export function layOut({ models, prompts, outcomes, comparisons }: AbilityEvidence): EvidenceColumns {
  const numbers = modelNumbers(models)
  for (const outcome of outcomes) checkOutcome(outcome, numbers, prompts)
  for (const comparison of comparisons) checkComparison(comparison, numbers, prompts)
  const a = (row: AbilityComparison) => numbers.get(row.a)!
  const b = (row: AbilityComparison) => numbers.get(row.b)!
  const own = (row: AbilityOutcome) => numbers.get(row.model)!
  const answers = sortedBy(sortedBy(outcomes, own, models.length), ({ prompt }) => prompt, prompts.count)
  const byB = sortedBy(sortedBy(comparisons, a, models.length), b, models.length)
  const pairs = sortedBy(byB, ({ prompt }) => prompt, prompts.count)
  const answered = Int32Array.from(answers, ({ prompt }) => prompt)
  const answering = Int32Array.from(answers, own)
  return {
    models: models.length,
    prompts,
    outcomes: {
      model: answering,
      prompt: answered,
      quality: Float64Array.from(answers, ({ quality }) => quality),
      starts: startsOf(answered),
      byModel: rowsByModel(answering, models.length),
    },
    comparisons: {
      a: Int32Array.from(pairs, a),
      b: Int32Array.from(pairs, b),
      prompt: Int32Array.from(pairs, ({ prompt }) => prompt),
      result: Float64Array.from(pairs, ({ result }) => result),
    },
  }
}

/** The rows of the prompts that lie in a part of [0, 1), over which they are spread evenly by their number. */
export function somePrompts(
  { models, prompts, outcomes, comparisons }: EvidenceColumns,
  from: number,
  below: number,
): EvidenceColumns {
  const within = (prompt: number) => {
    const place = (Math.imul(prompt, GOLDEN) >>> 0) / 2 ** 32
    return place >= from && place < below
  }
  const outcome = (_: number, i: number) => within(outcomes.prompt[i]!)
  const comparison = (_: number, i: number) => within(comparisons.prompt[i]!)
  const answered = outcomes.prompt.filter(within)
  const answering = outcomes.model.filter(outcome)
  return {
    models,
    prompts,
    outcomes: {
      model: answering,
      prompt: answered,
      quality: outcomes.quality.filter(outcome),
      starts: startsOf(answered),
      byModel: rowsByModel(answering, models),
    },
    comparisons: {
      a: comparisons.a.filter(comparison),
      b: comparisons.b.filter(comparison),
      prompt: comparisons.prompt.filter(within),
      result: comparisons.result.filter(comparison),
    },
  }
}

/** 2³² / the golden ratio: its multiples are spread evenly. */
const GOLDEN = 0x9e3779b1

function rowsByModel(model: Int32Array, models: number): Int32Array {
  return Int32Array.from(sortedBy([...model.keys()], (row) => model[row]!, models))
}

function startsOf(sorted: Int32Array): Int32Array {
  const firsts = sorted.map((_, i) => i).filter((i) => i === 0 || sorted[i] !== sorted[i - 1])
  return Int32Array.from([...firsts, sorted.length])
}

/** @throws MeritorderError `invalid_request` when an outcome is of an unknown model or prompt, or not within 0..1 */
export function checkOutcome(
  { prompt, model, quality }: AbilityOutcome,
  numbers: ReadonlyMap<string, number>,
  prompts: PromptFeatures,
): void {
  checkPlace(prompt, [model], numbers, prompts)
  if (!(quality >= 0 && quality <= 1))
    throw refuse(`An outcome of ${model} has quality ${quality}`, 'Qualities are numbers from 0 to 1.')
}

/** @throws MeritorderError `invalid_request` when a comparison is of an unknown model or prompt, or has no result */
export function checkComparison(
  { prompt, a, b, result }: AbilityComparison,
  numbers: ReadonlyMap<string, number>,
  prompts: PromptFeatures,
): void {
  checkPlace(prompt, [a, b], numbers, prompts)
  if (a === b) throw refuse(`A comparison sets ${a} against itself`, 'Compare answers of two models.')
  if (result !== 0 && result !== 0.5 && result !== 1)
    throw refuse(
      `A comparison of ${a} with ${b} has the result ${result}`,
      'It is 1 when the first won, 0 when the second won, 0.5 for a tie.',
    )
}

/** Stable counting sort. */
function sortedBy<T>(rows: readonly T[], key: (row: T) => number, keys: number): T[] {
  const starts = new Int32Array(keys + 1)
  for (const row of rows) starts[key(row) + 1]!++
  for (let k = 0; k < keys; k++) starts[k + 1]! += starts[k]!
  const sorted = new Array<T>(rows.length)
  for (const row of rows) sorted[starts[key(row)]!++] = row
  return sorted
}

function modelNumbers(models: readonly CandidateModel[]): ReadonlyMap<string, number> {
  for (const { model, prior } of models)
    if (prior !== undefined && !(Number.isFinite(prior.mean) && prior.sd > 0 && Number.isFinite(prior.sd)))
      throw refuse(
        `The prior of ${model} has mean ${prior.mean} and deviation ${prior.sd}`,
        'Give finite logits and a deviation above 0, or no prior.',
      )
  const numbers = new Map(models.map(({ model }, m) => [model, m]))
  if (numbers.size < models.length) throw refuse('A model is listed twice', 'Name each model once.')
  return numbers
}

function checkPlace(
  prompt: number,
  named: readonly string[],
  numbers: ReadonlyMap<string, number>,
  prompts: PromptFeatures,
): void {
  for (const model of named)
    if (!numbers.has(model)) throw refuse(`The model ${model} is not among the models`, 'List it first.')
  if (!Number.isInteger(prompt) || prompt < 0 || prompt >= prompts.count)
    throw refuse(`There is no prompt ${prompt}`, `Features are there for ${prompts.count} prompts.`)
}

function refuse(what: string, advice: string): MeritorderError {
  return new MeritorderError('invalid_request', `${what}. ${advice}`, { limit: 'evidence' })
}
