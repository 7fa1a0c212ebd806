import { toRow } from '../generation-row.ts'
import type { NewGeneration } from '../generations.queries.ts'
import type { Frame } from '../journal/frame.ts'

/** A journal frame as a record ready to be stored. Throws SyntaxError or RangeError when its meta is not a generation. */
export function decodeRecord({ meta, request, answer }: Frame): NewGeneration {
  const generation: unknown = UNSTORABLE.test(meta) ? JSON.parse(meta, makeStorable) : JSON.parse(meta)
  if (!hasId(generation)) throw new RangeError('the record has no id')
  return { row: toRow(generation), request, answer }
}

/** NUL and lone surrogates, as JSON escapes them: PostgreSQL's text can hold neither. */
const UNSTORABLE = /\\u(?:0000|d[89a-f])/i

function makeStorable(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? value.replaceAll('\0', '\ufffd').toWellFormed() : value
}

function hasId(value: unknown): value is { readonly id: string } {
  return typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string'
}
