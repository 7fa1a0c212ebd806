import type { SparseMatrix } from '../sparse-matrix.ts'

/** One kind of evidence about the quality of answers, fitted. */
export interface Member<Fitted> {
  /**
   * For each prompt it was fitted on, what it says when the prompt's whole part of the data is left out: prompts ×
   * models, row-major, in quality above the model's mean; 0 where it knows nothing. Leaving out just the prompt would
   * give its outcome away: the others' mean falls a little where the own outcome is high.
   */
  readonly heldOut: Float64Array
  /** What a predictor needs of it. */
  readonly fitted: Fitted
}

/** Prompts as the members see them. */
export interface PromptViews {
  readonly count: number
  /** Probability of every intent, prompts × intents. */
  readonly intents: Float32Array
  /** Unit-length coordinates in the text space, prompts × directions. */
  readonly coordinates: Float32Array
  readonly directions: number
  /** The texts' features as the text space weighs them, each row of unit length; absent where it is made of vectors from outside. */
  readonly words?: SparseMatrix
  /** `textShape`, prompts × SHAPE_WIDTH. */
  readonly shape: Float32Array
}

/** What members are fitted on: quality minus the model's mean, prompts × models, NaN where nothing is known. */
export interface Residuals {
  readonly models: number
  readonly values: Float64Array
  /** Part of the data that each prompt belongs to, from 0 to PARTS − 1. */
  readonly part: Int32Array
}

/** Parts that are held out in turn. */
export const PARTS = 5
