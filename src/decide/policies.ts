import type { Policy, PolicyName } from './policy.ts'

/**
 * The policies that come with Meritorder. Merit is counted in USD: `costUsd` is always 1, and the other weights say
 * what a unit is worth in USD.
 *
 * The bands are distances in predicted quality, which is a share of blind comparisons won against the reference model.
 * Near the top of the market 0.01 is about 8 Elo points:
 * - 0.005 is inside the ratings' own error: `quality` takes the best and lets the price decide only between models
 *   that the ratings cannot tell apart.
 * - 0.05 is about 40 points: the best model would win 56 of 100 comparisons against one at the edge, which few people
 *   notice in a single answer. Azure's router allows 1–2 % of benchmark accuracy in its mode of the same name;
 *   shares of comparisons won spread about three times as wide as accuracies do.
 * - 0.15 is about 115 points: the best would win 66 of 100. `cheap` saves where that is good enough, and the band is
 *   its floor: a model further from the best is tried only when nothing else is left.
 * - `fast` allows 0.1 and pays $36 an hour, a person's time, for every second of waiting saved.
 */
export const POLICIES: Readonly<Record<PolicyName, Policy>> = {
  quality: {
    name: 'quality',
    version: 1,
    qualityBand: 0.005,
    weights: { quality: 0, costUsd: 1, latencySeconds: 0.0001, carbonKg: 0 },
  },
  balanced: {
    name: 'balanced',
    version: 1,
    qualityBand: 0.05,
    weights: { quality: 0, costUsd: 1, latencySeconds: 0.00001, carbonKg: 0 },
  },
  cheap: {
    name: 'cheap',
    version: 1,
    qualityBand: 0.15,
    weights: { quality: 0, costUsd: 1, latencySeconds: 0, carbonKg: 0 },
  },
  fast: {
    name: 'fast',
    version: 1,
    qualityBand: 0.1,
    weights: { quality: 0, costUsd: 1, latencySeconds: 0.01, carbonKg: 0 },
  },
}
