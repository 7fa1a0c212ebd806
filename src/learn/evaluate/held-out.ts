import type { Prediction } from '../../decide/predictor/predictor.ts'
import type { Outcomes } from '../outcomes.ts'
import type { Choose, HeldOutPrompt } from './choices.ts'
import { rowsById, type Split } from './folds.ts'
import { trainingPart } from './training-part.ts'

/** What was learned from some rows of the outcomes. */
export interface Learned {
  /** Predicted quality of every model's answer to the prompt of a row, and what the nearest prompts alone would say. */
  predict(row: number): Pick<Prediction, 'quality' | 'byNeighbours'>
  /** `Predictor.guard`. */
  readonly guard: number
}

/** What is needed to predict: the outcomes, how to learn from some of their rows, and a clock in ms. */
export interface Trial {
  readonly outcomes: Outcomes
  readonly fit: (rows: readonly number[]) => Learned
  readonly choose: Choose
  readonly clock: () => number
  /** Told before each fit and after every few prompts, so that a progress bar can move; awaited. */
  readonly tell?: (done: number, total: number) => Promise<void>
}

/** Every judged prompt, by the order of the ids, with the time of each decision in ms. */
export interface Tried {
  readonly prompts: readonly HeldOutPrompt[]
  readonly decisionMs: readonly number[]
}

/** Learns from the training part of every split and predicts for its test part, one prompt at a time. */
export async function tryOut(splits: readonly Split[], trial: Trial): Promise<Tried> {
  const { outcomes, fit, choose, clock, tell } = trial
  const total = splits.reduce((sum, { test }) => sum + test.length, 0)
  const prompts: HeldOutPrompt[] = []
  const decisionMs: number[] = []
  for (const { train, test } of splits) {
    await tell?.(prompts.length, total)
    const training = trainingPart(outcomes, train)
    const { predict, guard } = fit(train)
    for (const row of test) {
      const task = outcomes.tasks[row]
      const available = modelsWithOutcome(outcomes, row)
      const start = clock()
      const { quality: predicted, byNeighbours } = predict(row)
      const prompt = { row, task, predicted, byNeighbours, available, training, guard }
      choose(prompt)
      decisionMs.push(clock() - start)
      prompts.push(prompt)
      if (prompts.length % TOLD_EVERY === 0 || prompts.length === total) await tell?.(prompts.length, total)
    }
  }
  const place = new Map(rowsById(outcomes).map((row, at) => [row, at]))
  prompts.sort((a, b) => place.get(a.row)! - place.get(b.row)!)
  return { prompts, decisionMs }
}

const TOLD_EVERY = 64

function modelsWithOutcome({ models, quality }: Outcomes, row: number): readonly number[] {
  return models.flatMap((_, m) => (Number.isNaN(quality[row * models.length + m]) ? [] : [m]))
}
