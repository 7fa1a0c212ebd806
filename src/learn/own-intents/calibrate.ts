import { outcomeTerm } from '../ability/likelihood.ts'

/** A score s has the log odds slope × s + offset. */
export interface Calibration {
  readonly slope: number
  readonly offset: number
}

const STEPS = 60

/**
 * Platt's scaling with his smoothed targets, so that a handful of examples that are all told right do not make it
 * certain of itself.
 *
 * @param examples scores of held-out texts of the intent
 * @param others scores of texts that are not of it and that nothing was fitted on
 * @param share of prompts that are taken to be of the intent
 */
export function calibrate(
  examples: readonly number[],
  others: readonly number[],
  share: number,
): Calibration {
  // On standardised scores, from where they say nothing: so that neither their scale nor a steep start leads astray.
  const { mean, deviation } = spreadOf([...examples, ...others])
  const standard = (scores: readonly number[]) => scores.map((score) => (score - mean) / deviation)
  const groups = [
    {
      scores: standard(examples),
      target: (examples.length + 1) / (examples.length + 2),
      weight: share / examples.length,
    },
    { scores: standard(others), target: 1 / (others.length + 2), weight: (1 - share) / others.length },
  ]
  const surprise = ({ slope, offset }: Calibration): number =>
    groups.reduce(
      (sum, { scores, target, weight }) =>
        scores.reduce(
          (part, score) => part - weight * outcomeTerm(slope * score + offset, target).value,
          sum,
        ),
      0,
    )
  let current: Calibration = { slope: 0, offset: Math.log(share / (1 - share)) }
  for (let step = 0; step < STEPS; step++) {
    const { slope, offset } = newtonStep(current, groups)
    const along = (length: number): Calibration => ({
      slope: current.slope - length * slope,
      offset: current.offset - length * offset,
    })
    let length = 1
    while (length > 1e-6 && surprise(along(length)) > surprise(current)) length /= 2
    current = along(length)
  }
  const slope = current.slope / deviation
  return { slope, offset: current.offset - slope * mean }
}

/** Mean and standard deviation; 1 for the latter where all are equal. */
function spreadOf(scores: readonly number[]): { mean: number; deviation: number } {
  const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length
  const variance = scores.reduce((sum, score) => sum + (score - mean) ** 2, 0) / scores.length
  return { mean, deviation: Math.sqrt(variance) || 1 }
}

interface Group {
  readonly scores: readonly number[]
  readonly target: number
  readonly weight: number
}

/** Gradient of the log loss over its curvature. */
function newtonStep({ slope, offset }: Calibration, groups: readonly Group[]): Calibration {
  let g0 = 0
  let g1 = 0
  let h00 = 1e-9
  let h01 = 0
  let h11 = 1e-9
  for (const { scores, target, weight } of groups) {
    for (const score of scores) {
      const term = outcomeTerm(slope * score + offset, target)
      const error = -weight * term.slope
      const curve = weight * term.curvature
      g0 += error * score
      g1 += error
      h00 += curve * score * score
      h01 += curve * score
      h11 += curve
    }
  }
  const determinant = h00 * h11 - h01 * h01
  return { slope: (h11 * g0 - h01 * g1) / determinant, offset: (h00 * g1 - h01 * g0) / determinant }
}
