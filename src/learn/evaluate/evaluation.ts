import type { Interval } from './bootstrap.ts'
import type { Calibration } from './calibration.ts'
import type { Point } from './frontier.ts'
import type { ModelShare } from './model-shares.ts'
import type { TwoModelScores } from './two-models.ts'

/** A model, with what it costs and yields per prompt. `costUsd` is NaN where no cost is known. */
export interface ModelPoint extends Point {
  readonly model: string
}

/** Costs as a share of the best single model's; undefined where its quality is never reached or costs are unknown. */
export interface CostShares {
  readonly '0.95': number | undefined
  readonly '0.99': number | undefined
  readonly '1.00': number | undefined
}

/** How a router did on prompts that it had not learned from, beside what it must beat. Costs are USD per prompt. */
export interface Evaluation {
  /** Prompts judged on */
  readonly prompts: number
  readonly models: readonly string[]
  readonly splits: number
  /** How the splits were made, for people: `5 folds`. */
  readonly splitName: string
  readonly seed: number
  /** Prompts kept from standing on both sides of a split. */
  readonly duplicates: number
  readonly policy: string | undefined
  /** Every model on the judged prompts. */
  readonly singles: readonly ModelPoint[]
  /** The model that the training parts name (most often, if they differ), and what their choices yield. */
  readonly bestSingle: ModelPoint
  readonly cheapestInBand: ModelPoint
  /** How far the band reaches below the best single model's quality. */
  readonly band: number
  /** Every model with equal chances. */
  readonly random: Point
  /** What the nearest prompts alone would choose. */
  readonly neighbours: Point
  readonly taskOracle: Point | undefined
  readonly oracle: Point
  readonly router: Point
  /** Router minus best single model, paired by prompt. */
  readonly gain: Interval
  /** Share of the prompts for which the router leaves the best single model. */
  readonly leaves: number
  /** The router's cost as a share of the best single model's. */
  readonly costShare: number | undefined
  /** What the router reaches by sweeping its exchange rate; the two ends of each straight piece. */
  readonly routerHull: readonly Point[]
  /** What mixing single models by chance reaches: RouterBench's zero router. */
  readonly zeroHull: readonly Point[]
  readonly costAt: CostShares
  readonly zeroCostAt: CostShares
  /** Mean quality of the hull between the cheapest and the dearest model's cost; NaN without costs. */
  readonly aiq: number
  readonly zeroAiq: number
  /** For exactly two models, the stronger of which is better on the judged prompts, too. */
  readonly twoModels: TwoModelScores | undefined
  readonly calibration: Calibration
  /** Share of the prompts that the router gives to each model, largest first. */
  readonly shares: readonly ModelShare[]
  /** Predicting and choosing for one prompt, ms. */
  readonly msPerDecision: { readonly p50: number; readonly p99: number }
}
