import { chances } from '../src/learn/ability/likelihood.ts'
import type { Comparisons } from '../src/learn/leaderboard/comparisons.ts'
import { gaussian } from '../src/learn/random.ts'

export interface Drawing {
  readonly models: number
  readonly rows: number
  /** Davidson's weight of ties. */
  readonly ties: number
  /** What one standard deviation of lead in each covariate adds, in logits. */
  readonly effects: readonly number[]
  readonly random: () => number
}

/** Comparisons drawn from known abilities (standard normal logits, given about their mean), to prove fits on. */
export function drawComparisons({ models, rows, ties, effects, random }: Drawing): {
  comparisons: Comparisons
  truth: Float64Array
} {
  const abilities = Float64Array.from({ length: models }, () => gaussian(random))
  const mean = abilities.reduce((sum, ability) => sum + ability, 0) / models
  const a = new Int32Array(rows)
  const b = new Int32Array(rows)
  const result = new Float32Array(rows)
  const lead = new Float32Array(rows * effects.length)
  for (let row = 0; row < rows; row++) {
    const first = Math.floor(random() * models)
    const second = (first + 1 + Math.floor(random() * (models - 1))) % models
    let logit = abilities[first]! - abilities[second]!
    for (const [c, effect] of effects.entries()) {
      const own = gaussian(random)
      lead[row * effects.length + c] = own
      logit += effect * own
    }
    const { win, tie } = chances(logit, ties)
    const draw = random()
    a[row] = first
    b[row] = second
    result[row] = draw < win ? 1 : draw < win + tie ? 0.5 : 0
  }
  return {
    comparisons: {
      models: Array.from({ length: models }, (_, m) => `model-${String(m).padStart(3, '0')}`),
      a,
      b,
      result,
      weight: new Float32Array(rows).fill(1),
      cluster: Int32Array.from({ length: rows }, (_, row) => row),
      lead,
      covariates: effects.map((_, c) => `covariate-${c}`),
    },
    truth: abilities.map((ability) => ability - mean),
  }
}
