import { MeritorderError } from '../errors.ts'
import { tokensOf } from './chat-request.ts'
import { hashedVector, wordsOf } from './hashed-vector.ts'
import { jsonReply, type Reply, type ReplyFacts } from './reply.ts'

/** The calls besides chat that a simulated provider answers, by the end of their path. */
export type WorkKind = 'embeddings' | 'rerank'

/** Such a call at one provider. */
export interface WorkRoute {
  readonly provider: string
  readonly kind: WorkKind
}

/** `/PROVIDER/v1/embeddings`, `/PROVIDER/v1/rerank`; undefined for any other path. */
export function workRoute(path: string): WorkRoute | undefined {
  const [, provider, kind] = /^\/([^/]+)\/v1\/(embeddings|rerank)$/.exec(path) ?? []
  return provider === undefined ? undefined : { provider, kind: kind as WorkKind }
}

/** What such a call says, for faults and for the log. Throws MeritorderError `invalid_request` without a model. */
export function workModel(body: unknown): string {
  const model = (body as Body)?.model
  if (typeof model === 'string' && model !== '') return model
  throw new MeritorderError('invalid_request', 'model must be a non-empty string', { limit: 'model' })
}

/** A simulated provider's healthy reply, marked as simulated; throws MeritorderError where a real one would refuse. */
export function workReply(kind: WorkKind, body: unknown, facts: ReplyFacts): Reply {
  const value = body as NonNullable<Body>
  return jsonReply(200, kind === 'embeddings' ? vectors(value, facts) : ranking(value, facts))
}

type Body = Readonly<Record<string, unknown>> | null | undefined

const DIMENSIONS = 256
const MOST_DIMENSIONS = 8192

function vectors(
  { input, dimensions = DIMENSIONS, encoding_format: encoding }: NonNullable<Body>,
  facts: ReplyFacts,
) {
  const inputs = typeof input === 'string' || isTokens(input) ? [input] : input
  if (!Array.isArray(inputs) || inputs.length === 0) throw wrong('input')
  if (typeof dimensions !== 'number' || !(dimensions >= 1 && dimensions <= MOST_DIMENSIONS))
    throw wrong('dimensions')
  const read = inputs.map(readInput)
  const tokens = read.reduce((sum, one) => sum + one.tokens, 0)
  return {
    object: 'list',
    data: read.map(({ words }, index) => ({
      object: 'embedding',
      index,
      embedding: written(hashedVector(words, dimensions), encoding === 'base64'),
    })),
    model: facts.model,
    simulated: true,
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  }
}

function written(vector: Float64Array, base64: boolean): string | number[] {
  if (!base64) return Array.from(vector)
  return Buffer.from(Float32Array.from(vector).buffer).toString('base64')
}

function readInput(input: unknown): {
  readonly words: readonly (string | number)[]
  readonly tokens: number
} {
  if (isTokens(input)) return { words: input, tokens: input.length }
  const text = typeof input === 'string' ? input : textOfParts((input as Body)?.content)
  if (text === '') throw wrong('input')
  return { words: wordsOf(text), tokens: tokensOf(text) }
}

function isTokens(input: unknown): input is readonly number[] {
  return Array.isArray(input) && input.length > 0 && input.every((token) => typeof token === 'number')
}

function textOfParts(parts: unknown): string {
  if (!Array.isArray(parts)) return ''
  return parts.map((part: Body) => (typeof part?.text === 'string' ? part.text : '')).join('\n')
}

/** Cohere's models are billed by searches, the others by tokens. */
function ranking({ query, documents, top_n: topN }: NonNullable<Body>, { id, model }: ReplyFacts) {
  if (typeof query !== 'string' || query === '') throw wrong('query')
  if (!Array.isArray(documents) || documents.length === 0) throw wrong('documents')
  const texts = documents.map((document: unknown) =>
    typeof document === 'string' ? document : String((document as Body)?.text ?? ''),
  )
  const asked = hashedVector(wordsOf(query), DIMENSIONS)
  const results = texts
    .map((text, index) => ({
      index,
      relevance_score: relevance(asked, hashedVector(wordsOf(text), DIMENSIONS)),
    }))
    .sort((a, b) => b.relevance_score - a.relevance_score)
  const tokens = texts.reduce((sum, text) => sum + tokensOf(text) + tokensOf(query), 0)
  return {
    id,
    model,
    simulated: true,
    results: typeof topN === 'number' ? results.slice(0, topN) : results,
    ...(model.startsWith('cohere')
      ? { meta: { billed_units: { search_units: Math.ceil(texts.length / 100) } } }
      : { usage: { total_tokens: tokens } }),
  }
}

/** The cosine, from 0 to 1. */
function relevance(a: Float64Array, b: Float64Array): number {
  const cosine = a.reduce((sum, value, at) => sum + value * b[at]!, 0)
  return Math.min(1, Math.max(0, (1 + cosine) / 2))
}

function wrong(field: string): MeritorderError {
  return new MeritorderError('invalid_request', `${field} is not what this simulated provider takes`, {
    limit: field,
  })
}
