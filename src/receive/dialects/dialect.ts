import type {
  LanguageModelV4CallOptions,
  LanguageModelV4GenerateResult,
  LanguageModelV4StreamPart,
} from '@ai-sdk/provider'
import type { MeritorderError } from '../../errors.ts'

/** Facts a dialect writes into every reply. */
export interface ReplyFacts {
  /** Generation id. */
  readonly id: string
  /** Canonical slug of the model that answers. */
  readonly model: string
  readonly provider: string
  /** Unix seconds. */
  readonly created: number
}

/**
 * An API skin: how one wire format is read into and written from the canonical form
 * (the AI SDK's LanguageModelV4), and how it words an error. One file each, stateless.
 */
export interface Dialect {
  /** The call in canonical form; throws MeritorderError `invalid_request` for what cannot be expressed. */
  readCall(body: Readonly<Record<string, unknown>>): LanguageModelV4CallOptions
  /** A whole answer as the dialect's JSON value. */
  writeAnswer(result: LanguageModelV4GenerateResult, facts: ReplyFacts): unknown
  /** A streamed answer as the dialect's server-sent events, complete with its closing event. */
  writeStream(parts: AsyncIterable<LanguageModelV4StreamPart>, facts: ReplyFacts): AsyncIterable<string>
  /** The body of an error reply. */
  writeError(error: MeritorderError): unknown
  /** The event that tells a client, in the middle of a stream, that the answer is cut. */
  writeStreamError(error: MeritorderError, facts: ReplyFacts): string
}
