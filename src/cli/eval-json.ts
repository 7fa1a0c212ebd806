import type { CostShares, Evaluation, ModelPoint } from '../learn/evaluate/evaluation.ts'
import type { Point } from '../learn/evaluate/frontier.ts'

/** An evaluation as `meritorder eval --json` prints it; null where nothing is known. See docs/json-output.md. */
export function evaluationJson(evaluation: Evaluation) {
  const { router, gain, costShare, taskOracle, twoModels, calibration } = evaluation
  return {
    n: evaluation.prompts,
    models: evaluation.models.length,
    folds: evaluation.splits,
    seed: evaluation.seed,
    policy: evaluation.policy ?? null,
    duplicates: evaluation.duplicates,
    best_single: modelJson(evaluation.bestSingle),
    cheapest_in_band: modelJson(evaluation.cheapestInBand),
    random: pointJson(evaluation.random),
    knn: pointJson(evaluation.neighbours),
    task_oracle: taskOracle === undefined ? null : pointJson(taskOracle),
    oracle: pointJson(evaluation.oracle),
    zero_router_cost_at: sharesJson(evaluation.zeroCostAt),
    router: {
      ...pointJson(router),
      delta: { mean: gain.mean, lo: gain.low, hi: gain.high },
      cost_share: costShare ?? null,
      leaves: evaluation.leaves,
    },
    cost_at: sharesJson(evaluation.costAt),
    aiq: orNull(evaluation.aiq),
    zero_router_aiq: orNull(evaluation.zeroAiq),
    apgr: twoModels?.apgr ?? null,
    cpt50: twoModels?.cpt50 ?? null,
    cpt80: twoModels?.cpt80 ?? null,
    ece: calibration.ece,
    ms_per_decision: evaluation.msPerDecision,
    shares: Object.fromEntries(evaluation.shares.map(({ model, share }) => [model, share])),
    reliability: calibration.bins,
  }
}

function modelJson(point: ModelPoint) {
  return { model: point.model, ...pointJson(point) }
}

function pointJson({ quality, costUsd }: Point) {
  return { quality, cost: orNull(costUsd) }
}

function sharesJson(shares: CostShares) {
  return {
    '0.95': shares['0.95'] ?? null,
    '0.99': shares['0.99'] ?? null,
    '1.00': shares['1.00'] ?? null,
  }
}

function orNull(value: number): number | null {
  return Number.isFinite(value) ? value : null
}
