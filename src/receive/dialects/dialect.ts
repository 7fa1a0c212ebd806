import type {
  LanguageModelV4CallOptions,
  LanguageModelV4GenerateResult,
  LanguageModelV4StreamPart,
} from '@ai-sdk/provider'
import type { ErrorCode, MeritorderError } from '../../errors.ts'
import type { Bill } from '../../market/cost.ts'
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
  /** True where OpenRouter's additions are expected; absent for others. */
  readonly openRouterClient?: boolean
  /** The body of the call, for dialects whose answers repeat it. */
  readonly asked: Readonly<Record<string, unknown>>
}

/** Who is told of an error, as far as it is known; a `Call` says it. */
export interface Asking {
  /** Generation id, where there is a generation. */
  readonly id?: string
  readonly openRouterClient?: boolean
}

/** An API skin: what is read of one kind of call and of its reply, and how an error is worded. Stateless. */
export interface Skin<Request = unknown> {
  /** As the record names it: `chat-completions`. */
  readonly name: string
  /** What choosing an endpoint needs to know; throws MeritorderError `invalid_request` naming the field that is wrong. */
  readRequest(body: Readonly<Record<string, unknown>>): Request
  /** The body with a system prompt before the conversation, or as it is where it has one; absent where there is no place for one. */
  withSystem?(body: Readonly<Record<string, unknown>>, text: string): Readonly<Record<string, unknown>>
  /** Reads along what comes back for the caller, for the record. */
  createReplyReader(request: Request): ReplyReader
  /**
   * Changes a reply on its way to a caller who could not read it, or is promised more; undefined for a caller who is not,
   * absent where nobody is.
   */
  createReplyEditor?(facts: ReplyFacts, caller: ReplyCaller, request: Request): ReplyEditor | undefined
  /** The body of an error reply. */
  writeError(error: MeritorderError, asking: Asking): unknown
  /** HTTP statuses of errors, where the skin's are not the usual ones. */
  readonly statusOf?: Readonly<Partial<Record<ErrorCode, number>>>
  /**
   * The event that tells a client, in the middle of a stream, that the answer is cut; absent where nothing streams.
   * `said`, where there is an answer, has read what came before.
   */
  writeStreamError?(error: MeritorderError, facts: ReplyFacts, said?: ReplyReader): string
  /** The event that brings a stream's `openrouter_metadata`, given as JSON text; '' where the dialect has no place for it. */
  writeMetadata?(metadata: string, facts: ReplyFacts): string
  /**
   * The event that tells tokens and cost, for a caller who wants them, where the upstream's stream had none; absent where
   * there is none. `said` has read what came before.
   */
  writeUsage?(usage: Usage, bill: Bill | undefined, facts: ReplyFacts, said: ReplyReader): string
  /** The event that closes a stream; absent where it says more than that, so that nobody but the upstream can write it. */
  readonly closingEvent?: string
  /** That event with what is known only then, where that is its place. */
  closingWith?(closing: string, told: ToldAtEnd): string
  /** An event that may stand anywhere in a stream and says only that it is being worked on. */
  readonly signOfLife?: string
  /** Headers that belong to the skin: hosts that speak it are sent the caller's, and nobody else is. */
  readonly ownHeaders?: readonly string[]
  /** The header in which its clients look for the id of a call. */
  readonly idHeader?: string
  /** Absent where callers cannot ask for an answer again. */
  readonly stored?: StoredAnswers
}

/**
 * The skin of a conversation: how its wire format is read into and written from the canonical form
 * (the AI SDK's LanguageModelV4). One file each.
 */
export interface Dialect extends Skin<ChatRequest> {
  /** `earlier`: the part of the conversation that is kept here, once it has been looked up. */
  readRequest(body: Readonly<Record<string, unknown>>, earlier?: readonly unknown[]): ChatRequest
  /** The call in canonical form; throws MeritorderError `invalid_request` for what cannot be expressed. */
  readCall(body: Readonly<Record<string, unknown>>, earlier?: readonly unknown[]): CanonicalCall
  /** A whole answer as the dialect's JSON value. */
  writeAnswer(result: LanguageModelV4GenerateResult, facts: ReplyFacts): unknown
  /** A streamed answer as the dialect's server-sent events, complete with its closing event. */
  writeStream(parts: AsyncIterable<LanguageModelV4StreamPart>, facts: ReplyFacts): AsyncIterable<string>
  writeStreamError(error: MeritorderError, facts: ReplyFacts, said?: ReplyReader): string
  writeMetadata(metadata: string, facts: ReplyFacts): string
}

/** What a caller is told when all that an upstream sends is there. */
export interface ToldAtEnd {
  /** `openrouter_metadata`, where the caller asked for it; JSON text. */
  readonly metadata?: string
  /** Tokens and cost, where the caller wants them and the upstream's stream had none. */
  readonly counted?: { readonly usage: Usage; readonly bill: Bill | undefined }
}

/** How a dialect keeps answers that callers may ask for again, and go on from. */
export interface StoredAnswers {
  /** What of it a call refers to. */
  references(body: Readonly<Record<string, unknown>>): StoredReferences
  /** Ids of the items that a list of items only names. */
  referencesIn(items: readonly unknown[]): readonly string[]
  /** One turn of a conversation, as items of the dialect. */
  conversationOf(
    request: Readonly<Record<string, unknown>>,
    answer: Readonly<Record<string, unknown>>,
  ): readonly Readonly<Record<string, unknown>>[]
  /** Items in place of their references, as far as they are among those found. */
  resolved(
    items: readonly unknown[],
    found: ReadonlyMap<string, Readonly<Record<string, unknown>>>,
  ): unknown[]
  /** What is kept of a whole answer to a body; undefined for one that cannot be found again. */
  kept(
    body: Readonly<Record<string, unknown>>,
    whole: Readonly<Record<string, unknown>>,
  ): KeptAnswer | undefined
}

export interface StoredReferences {
  /** The answer that a call goes on from. */
  readonly previous?: string
  /** Items that it names instead of sending them. */
  readonly items: readonly string[]
}

/** An answer as it is kept, by the ids that its caller knows. */
export interface KeptAnswer {
  readonly id: string
  readonly previous: string | null
  readonly items: readonly string[]
  /** JSON text. */
  readonly body: string
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

/** What a caller is promised beside what the provider says. */
export interface ReplyCaller {
  /** OpenRouter's additions. */
  readonly openRouter: boolean
  /** What the call has cost, with its usage. */
  readonly wantsCost: boolean
  /** Whoever asks tells the caller. Undefined where neither a price nor a cost is known. */
  billOf(usage: Usage): Bill | undefined
}

/**
 * The top-level members to set in one event or in a whole reply, as JSON text, and those to leave out, as undefined; nothing
 * at all to leave it as it came. `usage` is what has been reported so far.
 */
export type ReplyEditor = (
  value: Readonly<Record<string, unknown>>,
  usage: Usage | undefined,
) => Edits | undefined

export type Edits = Readonly<Record<string, string | undefined>>

/** A call of one of the caller's tools. */
export interface ToolCall {
  /** By which its result refers to it; some hosts give none. */
  readonly id?: string
  readonly name: string
  /** JSON text, if the model keeps to it. */
  readonly arguments: string
}

/** Reads what a reply in its dialect says about itself, whole or event by event, without changing a byte of it. */
export interface ReplyReader {
  /** The data of one event of a stream. */
  readEvent(data: string): ReplyPart
  /** A whole reply, parsed. */
  read(value: unknown): ReplyPart
  /** True for a whole reply that answers what was asked. */
  isAnswer(whole: object): boolean
  finishReason(): string | undefined
  /** Tokens as reported, or undefined when the upstream said nothing. */
  usage(): Usage | undefined
  /** Text and tool calls so far. */
  text(): string
  /** Calls of the caller's tools so far, as the caller has them; absent where no answer has any. */
  toolCalls?(): readonly ToolCall[]
  /** Length of the thoughts so far, which are not kept but paid for. */
  reasoningCharacters(): number
  /** Events so far, where the dialect numbers them. */
  events?(): number
  /** The whole answer as the caller has it, where the dialect lets callers ask for it again. */
  whole?(): Readonly<Record<string, unknown>> | undefined
}

/**
 * - `error`: the provider reports a failure - `usage`: nothing but token counts - `end`: the event that closes a stream
 * - `preamble`: announces an answer and holds nothing of it yet: a role alone, `message_start`, a ping, `response.created`,
 *   an opened block without text. Held back until something else comes, so that an upstream which dies right after it is
 *   replaced in silence; what brings a finish reason or token counts is none
 * - `broken`: no JSON, of which clients' parsers throw
 * - `content`: anything else
 */
export type ReplyPart =
  | {
      readonly kind: 'preamble' | 'content' | 'usage' | 'end'
      /** The parsed event or reply, for the dialect's editor. */
      readonly value?: Readonly<Record<string, unknown>>
    }
  | { readonly kind: 'broken'; readonly value?: undefined }
  | { readonly kind: 'error'; readonly message: string; readonly status: number | undefined }
