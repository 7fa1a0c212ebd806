import type { ResponsesTable } from '../../store/tables.ts'
import type { Arena, Comparison } from '../comparison.ts'
import type { Fingerprint } from '../fingerprint.ts'
import { type GenerationRow, toRow } from '../generation-row.ts'
import type { NewGeneration } from '../generations.queries.ts'
import type { Frame } from '../journal/frame.ts'
import type { Rating } from '../rating.ts'
import type { StoredResponse } from '../stored-response.ts'
import { parseStorable } from './storable.ts'

/** What a journal frame holds, ready to be stored. */
export type JournalRecord =
  | { readonly kind: 'generation'; readonly generation: NewGeneration }
  | { readonly kind: 'ratings'; readonly ratings: readonly Rating[] }
  | { readonly kind: 'comparison'; readonly comparison: Comparison }
  | { readonly kind: 'arena'; readonly arena: Arena }

/** The meta of a frame that holds ratings; that of one that holds a call is its generation. */
export interface RatingsMeta {
  readonly ratings: readonly Rating[]
}

/** The meta of a frame that holds a comparison, or an arena. */
export interface ComparisonMeta {
  readonly comparison: Comparison
}
export interface ArenaMeta {
  readonly arena: Arena
}

/** A journal frame as a record ready to be stored. Throws SyntaxError or RangeError when its meta is none. */
export function decodeRecord({ meta, request, answer }: Frame): JournalRecord {
  const value = parseStorable(meta)
  if (hasId(value)) return { kind: 'generation', generation: { ...rowsOf(value), request, answer } }
  if (hasRatings(value)) return { kind: 'ratings', ratings: value.ratings }
  if (has(value, 'comparison')) return { kind: 'comparison', comparison: value.comparison as Comparison }
  if (has(value, 'arena')) return { kind: 'arena', arena: value.arena as Arena }
  throw new RangeError('the record is of no known kind')
}

/** The row of a call, that of its answer where the caller may ask for it again, and that of what is kept of its prompt. */
function rowsOf(generation: Known & { readonly id: string }) {
  const row = toRow(generation)
  const { response, fingerprint } = generation
  return {
    row,
    ...(response ? { response: responseRow(response, row) } : {}),
    ...(fingerprint ? { fingerprint: { ...fingerprint, generationId: row.id } } : {}),
  }
}

interface Known {
  readonly response?: Partial<StoredResponse>
  readonly fingerprint?: Fingerprint
}

function responseRow(stored: Partial<StoredResponse>, { id, caller }: GenerationRow): ResponsesTable {
  return {
    generation_id: id,
    id: stored.id ?? '',
    caller,
    previous_id: stored.previous ?? null,
    item_ids: stored.items ?? [],
    body: stored.body ?? '',
  }
}

function hasId(value: unknown): value is { readonly id: string } {
  return typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string'
}

/** The journal is our own writing, whole by its checksum: what calls itself ratings is taken as such. */
function hasRatings(value: unknown): value is RatingsMeta {
  return typeof value === 'object' && value !== null && 'ratings' in value && Array.isArray(value.ratings)
}

function has<K extends string>(value: unknown, key: K): value is { readonly [key in K]: object } {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as Readonly<Record<string, unknown>>)[key] === 'object'
  )
}
