import type { Choose, HeldOutPrompt } from '../evaluate/choices.ts'
import { distinctPrompts } from '../evaluate/folds.ts'
import { columnMeans } from '../evaluate/training-part.ts'
import type { Outcomes } from '../outcomes.ts'
import { shuffle } from '../random.ts'

/** What a way of choosing yields on each different prompt: quality 0..1 and cost in USD. */
export interface Yield {
  readonly quality: Float64Array
  readonly costUsd: Float64Array
}

/**
 * Makes what says how ways of choosing do on prompts. Rows of one prompt are one, by their means: only different
 * prompts are independent of each other. They stand in one random order, the same for all ways. A cost that is not
 * known counts as its model's mean.
 */
export function judgeOf(
  outcomes: Outcomes,
  prompts: readonly HeldOutPrompt[],
  random: () => number,
): (choose: Choose) => Yield {
  const keys = distinctPrompts(outcomes)
  const different = shuffle([...Map.groupBy(prompts, ({ row }) => keys[row]!).values()], random)
  const { models, quality } = outcomes
  const costUsd = withMeans(outcomes)
  return (choose) => {
    const cells = different.map((rows) => rows.map((prompt) => prompt.row * models.length + choose(prompt)))
    return { quality: meansOf(quality, cells), costUsd: meansOf(costUsd, cells) }
  }
}

function withMeans(outcomes: Outcomes): Float64Array {
  const { models, ids, costUsd } = outcomes
  const means = columnMeans(outcomes, costUsd, [...ids.keys()])
  return costUsd.map((cost, cell) => (Number.isNaN(cost) ? means[cell % models.length]! : cost))
}

function meansOf(values: Float64Array, cells: readonly (readonly number[])[]): Float64Array {
  return Float64Array.from(cells, (some) => some.reduce((sum, cell) => sum + values[cell]!, 0) / some.length)
}
