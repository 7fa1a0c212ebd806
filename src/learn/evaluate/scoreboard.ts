import type { Outcomes } from '../outcomes.ts'
import type { HeldOutPrompt } from './choices.ts'
import type { ModelPoint } from './evaluation.ts'
import type { Point } from './frontier.ts'

/** Scores choices (a model's number for each prompt) by what really came of them. */
export interface Scoreboard {
  /** Mean quality, and mean cost over the prompts whose cost is known (NaN for none). */
  mean(chosen: readonly number[]): Point
  /** The same, under the name of the model that was chosen most often. */
  named(chosen: readonly number[]): ModelPoint
  /** Quality of one choice minus that of another, for each prompt. */
  differences(chosen: readonly number[], other: readonly number[]): Float64Array
  /** What equal chances give on average. */
  random(): Point
  /** The best answer to each prompt, the cheapest of equals: what no router can know beforehand. */
  oracle(): readonly number[]
}

export function scoreboard(outcomes: Outcomes, prompts: readonly HeldOutPrompt[]): Scoreboard {
  const { models, quality, costUsd } = outcomes
  const cell = (prompt: number, m: number) => prompts[prompt]!.row * models.length + m
  const mean = (chosen: readonly number[]) => ({
    quality: meanKnown(chosen.map((m, i) => quality[cell(i, m)]!)),
    costUsd: meanKnown(chosen.map((m, i) => costUsd[cell(i, m)]!)),
  })
  const dearness = (at: number) => (Number.isNaN(costUsd[at]) ? Number.POSITIVE_INFINITY : costUsd[at]!)
  return {
    mean,
    named: (chosen) => ({ model: models[mostFrequent(chosen)]!, ...mean(chosen) }),
    differences: (chosen, other) =>
      Float64Array.from(chosen, (m, i) => quality[cell(i, m)]! - quality[cell(i, other[i]!)]!),
    random() {
      const ofEach = (cells: Float64Array) =>
        meanKnown(prompts.map(({ available }, i) => meanKnown(available.map((m) => cells[cell(i, m)]!))))
      return { quality: ofEach(quality), costUsd: ofEach(costUsd) }
    },
    oracle: () =>
      prompts.map(({ available }, i) =>
        available.reduce((best, m) => {
          const lead = quality[cell(i, m)]! - quality[cell(i, best)]!
          return lead > 0 || (lead === 0 && dearness(cell(i, m)) < dearness(cell(i, best))) ? m : best
        }),
      ),
  }
}

function meanKnown(values: readonly number[]): number {
  const known = values.filter((value) => !Number.isNaN(value))
  return known.reduce((sum, value) => sum + value, 0) / known.length
}

function mostFrequent(numbers: readonly number[]): number {
  const counts = new Map<number, number>()
  for (const number of numbers) counts.set(number, (counts.get(number) ?? 0) + 1)
  return [...counts].reduce((most, one) => (one[1] > most[1] ? one : most))[0]
}
