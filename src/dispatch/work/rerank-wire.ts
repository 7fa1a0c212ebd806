import type { Candidate } from '../../decide/decision.ts'
import { count } from '../../market/usage-reports/report.ts'
import type { RerankRequest } from '../../receive/work-request.ts'

/** One document's place among those sent, and how relevant it is. */
export interface Ranked {
  readonly index: number
  readonly score: number
}

/** A host's ranking. Search units or tokens, as it bills. */
export interface Ranking {
  readonly ranked: readonly Ranked[]
  readonly searchUnits?: number
  readonly tokens?: number
}

/** How a host is asked. */
export interface RerankWire {
  body(request: RerankRequest, upstreamModel: string): object
}

/**
 * The hosts' shapes: Jina's (https://api.jina.ai/redoc#tag/rerank), which Together, vLLM, SGLang, llama.cpp and OpenRouter
 * have too; Cohere's (https://docs.cohere.com/v2/reference/rerank), whose documents are texts; and Voyage's
 * (https://docs.voyageai.com/reference/reranker-api), which counts with `top_k`.
 */
export function rerankWire({ endpoint, provider }: Candidate): RerankWire {
  if ((endpoint.family ?? provider.family) === 'cohere') return cohere
  return VOYAGE.test(endpoint.baseUrl ?? provider.baseUrl ?? '') ? voyage : jina
}

const VOYAGE = /^https:\/\/api\.voyageai\.com\//

const jina: RerankWire = {
  body: ({ query, documents, topN }, model) => ({
    model,
    query,
    documents: documents.map((document) => (document.image === undefined ? document.text : document)),
    ...(topN !== undefined && { top_n: topN }),
    return_documents: false,
  }),
}

const cohere: RerankWire = {
  body: ({ query, documents, topN }, model) => ({
    model,
    query,
    documents: documents.map(({ text }) => text ?? ''),
    ...(topN !== undefined && { top_n: topN }),
  }),
}

const voyage: RerankWire = {
  body: ({ query, documents, topN }, model) => ({
    model,
    query,
    documents: documents.map(({ text }) => text ?? ''),
    ...(topN !== undefined && { top_k: topN }),
    return_documents: false,
  }),
}

/**
 * Reads any host's reply, best first; undefined for what is no ranking of these documents: a place that is none of theirs or
 * comes twice, a score that is no number, none at all, or fewer than were asked for.
 */
export function readRanking(reply: unknown, { documents, topN }: RerankRequest): Ranking | undefined {
  if (typeof reply !== 'object' || reply === null) return undefined
  const { results, data = results, meta, usage } = reply as Record<string, unknown>
  if (!Array.isArray(data)) return undefined
  const ranked = data.map(readRow)
  const wanted = Math.min(topN ?? documents.length, documents.length)
  const isWhole =
    ranked.length >= wanted &&
    new Set(ranked.map(({ index }) => index)).size === ranked.length &&
    ranked.every(({ index }) => Number.isInteger(index) && index >= 0 && index < documents.length) &&
    ranked.every(({ score }) => Number.isFinite(score))
  if (!isWhole) return undefined
  const searchUnits = count((meta as { billed_units?: Fields } | undefined)?.billed_units?.search_units)
  const tokens = count((usage as Fields)?.total_tokens)
  return {
    ranked: ranked.toSorted((a, b) => b.score - a.score || a.index - b.index).slice(0, wanted),
    ...(searchUnits !== undefined && { searchUnits }),
    ...(tokens !== undefined && { tokens }),
  }
}

type Fields = Readonly<Record<string, unknown>> | undefined

/** llama.cpp and Text Embeddings Inference say `score`. */
function readRow(row: unknown): Ranked {
  const { index, score, relevance_score: relevance = score } = (row ?? {}) as Record<string, unknown>
  return {
    index: typeof index === 'number' ? index : Number.NaN,
    score: typeof relevance === 'number' ? relevance : Number.NaN,
  }
}
