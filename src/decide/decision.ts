import type { Endpoint, Model, Provider } from '../market/offer.ts'
import type { Policy } from './policy.ts'

/**
 * Where a prediction comes from: `outcomes` (a predictor fitted on them), `arena` (public leaderboards) or `prior`
 * (nobody rated the model: maker, date, size); `none` where no quality is predicted: vectors and rankings.
 */
export type Evidence = 'outcomes' | 'arena' | 'prior' | 'none'

/** One endpoint with everything predicted about its answer to this prompt. */
export interface Candidate {
  readonly endpoint: Endpoint
  readonly model: Model
  readonly provider: Provider
  /** Probability that the answer is good, where outcomes were learned from; else that it beats the reference model's. 0..1; NaN without evidence */
  readonly quality: number
  /** Standard deviation of `quality`. */
  readonly qualitySd: number
  readonly evidence: Evidence
  /** Ratings and comparisons of one's own that have moved `quality` since the files were fitted, and by how much. */
  readonly experience?: { readonly ratings: number; readonly shift: number }
  /** Expected cost of the call in USD; absent when the host states no price. */
  readonly costUsd?: number
  /** Expected time to the last byte, ms. */
  readonly latencyMs: number
  /** g CO₂e of the call: the middle of the estimate, and its bounds. */
  readonly carbonGrams: number
  readonly carbonBounds: { readonly low: number; readonly high: number }
  readonly merit: number
  /** Probability with which it was put first among the endpoints of its model; of the first, where that was drawn, see `drawEndpoint`. */
  readonly propensity?: number
}

/** Endpoints that one limit removed. */
export interface Removal {
  /** The limit's name as the caller or the configuration writes it: `max_cost`, `tools`, `context_length`. */
  readonly limit: string
  readonly endpoints: number
}

/** A recorded prompt that is similar to the one decided on. */
export interface SimilarPrompt {
  readonly id: string
  /** The outcomes' own label of what kind it is. */
  readonly task?: string
  /** How it begins. */
  readonly text: string
  /** Cosine, 0..1. */
  readonly similarity: number
  /** Observed quality of the models that answered it, by the names of the outcomes. */
  readonly quality: Readonly<Record<string, number>>
}

/** What became of a conversation that a call goes on with. */
export interface Continuation {
  /** Where it was answered before, by id, and by which model. */
  readonly endpoint: string
  readonly model: string
  /** Tokens that the prompt cache there is expected to give back, and what that is expected to save, USD. */
  readonly cachedTokens: number
  readonly cacheUsd: number
  readonly outcome: 'stays' | 'changes_host' | 'changes_model'
  /** What is given up of `cacheUsd` by choosing another endpoint; less where that has some of the conversation too. */
  readonly lostUsd: number
}

/**
 * Results of tools go back to the model that asked for them: `model` was `kept`, or it cannot be had for this call any
 * more and another is chosen (`broken`).
 */
export interface ToolLoop {
  readonly model: string
  readonly outcome: 'kept' | 'broken'
}

/** The ranked result of deciding, with its reasons. */
export interface Decision {
  readonly strategy: 'auto' | 'direct' | 'fallback'
  readonly requested: string
  readonly policy: Policy
  /** Best first; the order in which endpoints are tried. Never empty. */
  readonly ranked: readonly Candidate[]
  readonly removed: readonly Removal[]
  /** Output tokens expected of the first of `ranked`. */
  readonly expectedCompletionTokens: number
  /** The model a careful person would have used for everything, and what it would cost: the counterfactual. */
  readonly baseline?: { readonly model: string; readonly quality: number; readonly costUsd: number }
  /** Probability with which the first choice's model was chosen, see `explore`; 1 = no exploration. */
  readonly propensity: number
  /** Absent where no conversation goes on, or it was elsewhere than at the models that are named. */
  readonly conversation?: Continuation
  /** Absent outside of tool loops, and where the caller names one model. */
  readonly toolLoop?: ToolLoop
  /** How much a strong model gains over a weak one here, see `difficulty`; where a predictor looked at the prompt. */
  readonly difficulty?: number
  /** How much of what was learned is believed for this prompt, 0 (it is unlike all of that) to 1; where a predictor looked at it. */
  readonly trust?: number
  /** The most similar prompts with outcomes, where a predictor looked at the prompt; gathered when asked for. */
  readonly similar?: () => readonly SimilarPrompt[]
  /** One sentence: why the first of `ranked` is first. */
  readonly reason: string
  /** Versions of the fitted files behind the predictions. */
  readonly artifact: string
}
