import { isObject } from '../../../json/is-object.ts'
import type { Usage } from '../../../market/usage.ts'
import type { EmbeddingsRequest } from '../../work-request.ts'
import type { ReplyReader } from '../dialect.ts'
import { createWorkReplyReader } from '../work-reply-reader.ts'
import { fromBase64 } from './vector-base64.ts'

/**
 * Reads what an upstream answers to an embeddings call. It is an answer only with one vector for each input, all of one
 * length (the one asked for) and of finite numbers.
 */
export function createReplyReader(request: EmbeddingsRequest): ReplyReader {
  return createWorkReplyReader(usageOf, (whole) => {
    const rows = rowsOf(whole)
    return rows !== undefined && isComplete(rows, request)
  })
}

interface Row {
  readonly index: number
  readonly embedding: string | readonly number[]
}

/** The vectors of a reply; undefined where something else stands in their place. Some hosts leave the index out. */
function rowsOf(whole: object): readonly Row[] | undefined {
  const data: unknown = 'data' in whole ? whole.data : undefined
  if (!Array.isArray(data)) return undefined
  const rows = data.map((row: unknown, place) => {
    if (!isObject(row)) return undefined
    const { index = place, embedding } = row
    const isVector = typeof embedding === 'string' || Array.isArray(embedding)
    return isVector && typeof index === 'number' ? { ...row, index, embedding } : undefined
  })
  return rows.every((row) => row !== undefined) ? (rows as readonly Row[]) : undefined
}

function isComplete(rows: readonly Row[], { inputs, dimensions }: EmbeddingsRequest): boolean {
  const lengths = new Set(rows.map(({ embedding }) => lengthOf(embedding)))
  const [length] = lengths
  return (
    rows.length === inputs.length &&
    new Set(rows.map(({ index }) => index)).size === inputs.length &&
    rows.every(({ index }) => Number.isInteger(index) && index >= 0 && index < inputs.length) &&
    lengths.size === 1 &&
    length !== undefined &&
    length > 0 &&
    (dimensions === undefined || length === dimensions)
  )
}

/** Numbers in a vector; 0 for what is none. */
function lengthOf(embedding: string | readonly unknown[]): number {
  if (typeof embedding === 'string') return fromBase64(embedding)?.length ?? 0
  return embedding.every((value) => Number.isFinite(value)) ? embedding.length : 0
}

function usageOf(reported: unknown): Usage | undefined {
  if (!isObject(reported)) return undefined
  const tokens = reported.prompt_tokens ?? reported.total_tokens
  // Written here, where the host reports nothing.
  if (reported.estimated === true) return undefined
  if (typeof tokens !== 'number' || !(tokens >= 0)) return undefined
  return {
    promptTokens: tokens,
    completionTokens: 0,
    reasoningTokens: 0,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    estimated: false,
  }
}
