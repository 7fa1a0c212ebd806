/** What the call needs from an endpoint to be answerable at all. */
export interface Needs {
  readonly tools: boolean
  readonly images: boolean
  readonly files: boolean
  readonly audio: boolean
  readonly video: boolean
  /** A JSON schema must be obeyed. */
  readonly jsonSchema: boolean
  /** Output other than text, for example `image`. */
  readonly outputModalities: readonly string[]
  /** Tools that a host runs itself, or files that it stores: the API in which it offers them. */
  readonly hostedTools?: 'responses' | 'messages'
  /** Output tokens the caller allows; absent when it does not say. */
  readonly maxCompletionTokens?: number
}

export interface IntentProbability {
  /** One of INTENTS, or one of the user's own. */
  readonly intent: string
  /** 0..1; all of a prompt's sum to 1. */
  readonly p: number
}

/** What a predictor that was fitted on outcomes reads of a prompt, besides its intents. */
export interface PromptTraits {
  /** Unit-length coordinates in the predictor's own text space. */
  readonly coordinates: Float32Array
  /** What its features vote for the predictor's kinds of prompts; empty where they have no votes. */
  readonly votes: Float32Array
  /** `textShape` of the last user turn. */
  readonly shape: Float32Array
}

/** The messages of a call, understood. */
export interface Prompt {
  /** The text that matters: system, compact history, last user turn; clipped. */
  readonly text: string
  /** Estimated prompt tokens of the whole conversation. */
  readonly tokens: number
  readonly needs: Needs
  /** ISO 639-1 code, or `und` when it cannot be told. */
  readonly language: string
  /** Share of the text that is code, 0..1. */
  readonly codeShare: number
  /** Unit-length embedding of `text`. */
  readonly embedding: Float32Array
  /**
   * Probability of every shipped intent, in the order of INTENTS; they sum to 1 whatever intents the user has added:
   * what is known about models is known by these.
   */
  readonly intentProbabilities: Float32Array
  /** The most probable intents, the user's own among them, best first (at most five). */
  readonly intents: readonly IntentProbability[]
  /** Where a predictor is loaded. */
  readonly traits?: PromptTraits
  /** `textShape` of the last user turn, where it was asked for. */
  readonly shape?: Float32Array
  /** Versions of the fitted files behind embedding and intents. */
  readonly artifact: string
}
