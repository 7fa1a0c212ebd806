import { atExchangeRate, type HeldOutPrompt } from './choices.ts'
import type { Point } from './frontier.ts'
import type { Scoreboard } from './scoreboard.ts'

/**
 * What the router costs and yields at exchange rates from "money is no object" to "only money counts". The rates are
 * spaced evenly in their logarithm, four decades to each side of one unit of quality for the dearest model's cost.
 */
export function sweep(board: Scoreboard, prompts: readonly HeldOutPrompt[]): readonly Point[] {
  const costs = prompts.flatMap(({ training }) => [...training.costUsd])
  const dearest = costs.reduce((most, cost) => (cost > most ? cost : most), 0)
  if (dearest === 0) return [board.mean(prompts.map(atExchangeRate(0)))]
  const rates = Array.from(
    { length: 2 * DECADES * STEPS + 1 },
    (_, i) => 10 ** (i / STEPS - DECADES) / dearest,
  )
  return [0, ...rates].map((rate) => board.mean(prompts.map(atExchangeRate(rate))))
}

const DECADES = 4
const STEPS = 20
