import type {
  LanguageModelV4CallOptions,
  LanguageModelV4GenerateResult,
  LanguageModelV4StreamPart,
} from '@ai-sdk/provider'
import type { MeritorderError } from '../../errors.ts'
import type { Usage } from '../../market/usage.ts'
import type { ChatRequest } from '../chat-request.ts'

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
  /** As the record names it: `chat-completions`. */
  readonly name: string
  /** What choosing a model needs to know; throws MeritorderError `invalid_request` naming the field that is wrong. */
  readRequest(body: Readonly<Record<string, unknown>>): ChatRequest
  /** The call in canonical form; throws MeritorderError `invalid_request` for what cannot be expressed. */
  readCall(body: Readonly<Record<string, unknown>>): CanonicalCall
  /** The body with a system prompt before the conversation, or as it is where it has one; absent where there is no place for one. */
  withSystem?(body: Readonly<Record<string, unknown>>, text: string): Readonly<Record<string, unknown>>
  /** Reads along what comes back for the caller, for the record. */
  createReplyReader(): ReplyReader
  /** A whole answer as the dialect's JSON value. */
  writeAnswer(result: LanguageModelV4GenerateResult, facts: ReplyFacts): unknown
  /** A streamed answer as the dialect's server-sent events, complete with its closing event. */
  writeStream(parts: AsyncIterable<LanguageModelV4StreamPart>, facts: ReplyFacts): AsyncIterable<string>
  /** The body of an error reply. */
  writeError(error: MeritorderError): unknown
  /** The event that tells a client, in the middle of a stream, that the answer is cut. */
  writeStreamError(error: MeritorderError, facts: ReplyFacts): string
  /** The event that brings a stream's `openrouter_metadata`, given as JSON text; '' where the dialect has no place for it. */
  writeMetadata(metadata: string, facts: ReplyFacts): string
  /** The event that closes a stream; absent where it says more than that, so that nobody but the upstream can write it. */
  readonly closingEvent?: string
}

/** A call in canonical form, and what of it that form has no place for. */
export interface CanonicalCall {
  readonly options: LanguageModelV4CallOptions
  /** What is left out, because the answer stays right without it. */
  readonly losses: readonly Loss[]
}

/** Something that one side of a translation said and the other cannot be told. */
export interface Loss {
  /** Its path in the body: `logit_bias`. */
  readonly field: string
  readonly reason: string
  /** Vendors (as their packages are called in `providerOptions`) that can be told after all. */
  readonly takenBy?: readonly string[]
}

/** Reads what a reply in its dialect says about itself, whole or event by event, without changing a byte of it. */
export interface ReplyReader {
  /** The data of one event of a stream. */
  readEvent(data: string): ReplyPart
  /** A whole reply, parsed. */
  read(value: unknown): ReplyPart
  /** True for a whole reply that answers what was asked. */
  isAnswer(whole: object): boolean
  readonly finishReason: string | undefined
  /** Tokens as reported, or undefined when the upstream said nothing. */
  readonly usage: Usage | undefined
  /** Text and tool calls so far. */
  text(): string
  /** Length of the thoughts so far, which are not kept but paid for. */
  readonly reasoningCharacters: number
}

/**
 * - `error`: the provider reports a failure - `usage`: nothing but token counts - `end`: the event that closes a stream
 * - `preamble`: announces an answer and holds nothing of it yet: a role alone, `message_start`, a ping, `response.created`,
 *   an opened block without text. Held back until something else comes, so that an upstream which dies right after it is
 *   replaced in silence; what brings a finish reason or token counts is none
 * - `content`: anything else
 */
export type ReplyPart =
  | { readonly kind: 'preamble' | 'content' | 'usage' | 'end' }
  | { readonly kind: 'error'; readonly message: string; readonly status: number | undefined }
