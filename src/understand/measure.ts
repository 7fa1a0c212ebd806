import type { ChatRequest } from '../receive/chat-request.ts'
import type {
  EmbeddingsInput,
  EmbeddingsRequest,
  RerankDocument,
  RerankRequest,
} from '../receive/work-request.ts'
import { promptNeeds } from './needs.ts'
import { estimateTokens } from './tokens.ts'
import type { Work } from './work.ts'

/** Measures the texts of an embeddings call. Tokens are counted, texts estimated. */
export function measureEmbeddings({ inputs }: EmbeddingsRequest): Work {
  const sizes = inputs.map(tokensOf)
  return {
    needs: {
      ...needsOf(inputs.filter((input) => typeof input !== 'string')),
      outputModalities: ['embeddings'],
    },
    tokens: sizes.reduce((sum, size) => sum + size, 0),
    longestTokens: sizes.reduce((most, size) => Math.max(most, size), 0),
    searchUnits: 0,
  }
}

/** Documents that one search unit pays for: https://docs.cohere.com/docs/rate-limits and https://cohere.com/pricing */
const DOCUMENTS_PER_SEARCH = 100

/** Measures a rerank call: a model reads the query with every document. */
export function measureRerank({ query, documents }: RerankRequest): Work {
  const queryTokens = tokensOf(query)
  const sizes = documents.map((document) => queryTokens + tokensOf(partsOf(document)))
  return {
    needs: { ...needsOf(documents.map(partsOf)), outputModalities: ['rerank'] },
    tokens: sizes.reduce((sum, size) => sum + size, 0),
    longestTokens: sizes.reduce((most, size) => Math.max(most, size), 0),
    searchUnits: Math.ceil(documents.length / DOCUMENTS_PER_SEARCH),
  }
}

function tokensOf(input: EmbeddingsInput): number {
  if (isTokens(input)) return input.length
  return estimateTokens(asRequest(input))
}

function needsOf(inputs: readonly EmbeddingsInput[]) {
  return promptNeeds({
    messages: inputs.flatMap((input) => (isTokens(input) ? [] : asRequest(input).messages)),
  })
}

function isTokens(input: EmbeddingsInput): input is readonly number[] {
  return typeof input[0] === 'number'
}

function asRequest(content: Exclude<EmbeddingsInput, readonly number[]>): ChatRequest {
  return { messages: [{ role: 'user', content }] }
}

function partsOf({ text, image }: RerankDocument) {
  return [
    ...(text === undefined ? [] : [{ type: 'text', text }]),
    ...(image === undefined ? [] : [{ type: 'image' }]),
  ]
}
