import type { ChatRequest } from '../chat-request.ts'
import type { Reply, ReplyFacts, Write } from '../reply.ts'
import type { ProviderAnswer } from '../simulated-answer.ts'

/** What the path of a request says, where the body does not. */
export interface Target {
  readonly model?: string
  readonly stream?: boolean
}

/** How a provider refuses a call. */
export interface NativeRefusal {
  readonly status: number
  readonly message: string
  /** The field that is wrong. */
  readonly param?: string
}

/** A wire format that simulated providers speak: how it is read, and how the same simulated answer looks in it. */
export interface NativeDialect {
  /** Reads a request; throws MeritorderError `invalid_request` where the real provider refuses one. */
  readRequest(body: unknown, target: Target): ChatRequest
  /** A whole answer. */
  whole(answer: ProviderAnswer, facts: ReplyFacts): Reply
  /** The same as a stream, one piece of content a token. */
  stream(answer: ProviderAnswer, facts: ReplyFacts, request: ChatRequest): Reply
  refusal(refusal: NativeRefusal, headers?: Readonly<Record<string, string>>): Reply
  /** An error in the middle of a stream. */
  streamError(message: string, facts: ReplyFacts): Write
  /** One piece of text in the middle of a stream. */
  textPiece(text: string, facts: ReplyFacts): Write
  /** An event that cannot be read. */
  readonly malformed: Buffer
  /** False where the stream is no text: its lines have no ends. */
  readonly lines: boolean
}
