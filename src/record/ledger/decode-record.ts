import type { ResponsesTable } from '../../store/tables.ts'
import { type GenerationRow, toRow } from '../generation-row.ts'
import type { NewGeneration } from '../generations.queries.ts'
import type { Frame } from '../journal/frame.ts'
import type { StoredResponse } from '../stored-response.ts'

/** A journal frame as a record ready to be stored. Throws SyntaxError or RangeError when its meta is not a generation. */
export function decodeRecord({ meta, request, answer }: Frame): NewGeneration {
  const generation: unknown = UNSTORABLE.test(meta) ? JSON.parse(meta, makeStorable) : JSON.parse(meta)
  if (!hasId(generation)) throw new RangeError('the record has no id')
  const row = toRow(generation)
  const response = 'response' in generation ? responseRow(generation.response, row) : undefined
  return { row, request, answer, ...(response === undefined ? {} : { response }) }
}

/** The journal's `StoredResponse` as a row. */
function responseRow(value: unknown, { id, caller }: GenerationRow): ResponsesTable | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const stored = value as Partial<StoredResponse>
  return {
    generation_id: id,
    id: stored.id ?? '',
    caller,
    previous_id: stored.previous ?? null,
    item_ids: stored.items ?? [],
    body: stored.body ?? '',
  }
}

/** NUL and lone surrogates, as JSON escapes them: PostgreSQL's text can hold neither. */
const UNSTORABLE = /\\u(?:0000|d[89a-f])/i

function makeStorable(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? value.replaceAll('\0', '\ufffd').toWellFormed() : value
}

function hasId(value: unknown): value is { readonly id: string } {
  return typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string'
}
