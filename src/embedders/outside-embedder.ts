import { embeddedPart } from '../understand/embedder.ts'
import type { PromptText } from '../understand/text.ts'

/** An embedder that is not ours: a host's, or a model that runs beside us. It may be slow, and it may fail. */
export interface OutsideEmbedder {
  /** What predictors that were fitted with it call it. */
  readonly name: string
  /** Texts that `embed` takes at once at most. */
  readonly batch: number
  /**
   * The vectors of texts that say something, in their order, all of one length, scaled to 1.
   *
   * @throws MeritorderError `timeout` when `signal` aborts first; `provider_unavailable` or `rate_limit_exceeded` for what
   *   may pass; `invalid_request` or `server` for what will not
   */
  embed(texts: readonly string[], signal: AbortSignal): Promise<readonly Float32Array[]>
  close(): Promise<void>
}

/** A text by whose vector an embedder is recognised. */
export const PROBE = 'Which of these answers is the best, and why?'

/**
 * What of a prompt an outside embedder is sent: the last user turn, clipped, with what went before it where it is short;
 * halves of characters, which clipping leaves, are replaced, because hosts refuse them. Empty where there is nothing to say.
 */
export function textToEmbed(prompt: PromptText): string {
  return embeddedPart(prompt).toWellFormed().trim()
}
