import type { ContentPart } from './chat-request.ts'

/** What an embeddings call asks, as far as Meritorder reads it. */
export interface EmbeddingsRequest {
  /** One vector each. */
  readonly inputs: readonly EmbeddingsInput[]
  readonly encoding: 'float' | 'base64'
  /** Numbers a vector shall have; absent: as many as the model makes. */
  readonly dimensions?: number
  /** What the vectors are for, in Cohere's words: `search_query`, `search_document`, … */
  readonly inputType?: string
}

/** A text, the tokens of one, or parts of several media. */
export type EmbeddingsInput = string | readonly number[] | readonly ContentPart[]

/** What a rerank call asks. */
export interface RerankRequest {
  readonly query: string
  readonly documents: readonly RerankDocument[]
  /** How many of the best are wanted; absent: all. */
  readonly topN?: number
  /** Whether the results bring their documents. */
  readonly returnsDocuments: boolean
}

/** At least one of the two. */
export interface RerankDocument {
  readonly text?: string
  /** A URL or a data URL. */
  readonly image?: string
}
