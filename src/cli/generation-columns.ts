import { ratingJson } from '../explain/rating-json.ts'
import type { ParquetColumn } from '../files/parquet-file.ts'
import { isObject } from '../json/is-object.ts'
import { type ExportedCall, readExportedCalls } from '../record/exported-call.ts'
import type { ExportPage } from '../record/exported-calls.queries.ts'
import type { Rating } from '../record/rating.ts'

/** A call as a row of Parquet: members of its story (docs/json-output.md) under their names there, lists and objects as JSON text. */
export type GenerationRow = Readonly<Record<string, unknown>>

const JSON_COLUMNS = [
  ...['error', 'baseline', 'intents', 'candidates', 'removed', 'attempts'],
  ...['conversation', 'tool_loop', 'tags', 'ratings', 'request'],
]
const LONG = ['candidates', 'attempts', 'request', 'answer']

export const GENERATION_COLUMNS: readonly ParquetColumn<GenerationRow>[] = [
  text('id'),
  column('created_at', 'TIMESTAMP', (value) => (value instanceof Date ? value : null)),
  ...['caller', 'dialect', 'requested_model', 'policy', 'strategy', 'reason'].map(text),
  ...['model', 'provider_name', 'endpoint', 'outcome', 'finish_reason'].map(text),
  ...['status', 'tokens_prompt', 'tokens_completion', 'native_tokens_reasoning', 'native_tokens_cached'].map(
    count,
  ),
  ...['tokens_estimated', 'streamed', 'simulated'].map(flag),
  ...['total_cost', 'carbon_g', 'first_byte_ms', 'total_ms', 'overhead_ms', 'code_share', 'propensity'].map(
    amount,
  ),
  ...['language', 'artifact'].map(text),
  ...[...JSON_COLUMNS, 'answer'].map((name) => (LONG.includes(name) ? longText(name) : text(name))),
]

/** A story, as a running gateway tells it, as a row. */
export function rowOfStory(story: unknown): GenerationRow {
  if (!isObject(story)) return {}
  const { created_at } = story
  const json = JSON_COLUMNS.map((name) => [name, jsonText(story[name])])
  const createdAt = typeof created_at === 'string' ? new Date(created_at) : null
  return { ...story, ...Object.fromEntries(json), created_at: createdAt }
}

/** Calls, as the record itself gives them, as rows. */
export function rowsOfExported({ copied, ratings }: ExportPage): GenerationRow[] {
  return readExportedCalls(copied).map((call) => rowOfExported(call, ratings.get(call.id) ?? []))
}

function rowOfExported(call: ExportedCall, ratings: readonly Rating[]): GenerationRow {
  const { request } = call
  return {
    ...call,
    request: request && requestText(request),
    ratings: ratings.length === 0 ? '[]' : JSON.stringify(ratings.map(ratingJson)),
  }
}

/** The request as it was sent; as a JSON string where it is no JSON. */
function requestText(sent: Uint8Array): Uint8Array | string {
  const text = Buffer.from(sent.buffer, sent.byteOffset, sent.length).toString('utf8')
  try {
    JSON.parse(text)
    // What is no UTF-8 has been replaced in the text.
    return text.includes('\ufffd') ? text : sent
  } catch {
    return JSON.stringify(text)
  }
}

function jsonText(value: unknown): string | null {
  return value === null || value === undefined ? null : JSON.stringify(value)
}

function text(name: string): ParquetColumn<GenerationRow> {
  return column(name, 'STRING', (value) => (typeof value === 'string' ? value : null))
}

function longText(name: string): ParquetColumn<GenerationRow> {
  const isText = (value: unknown) => typeof value === 'string' || value instanceof Uint8Array
  return { ...column(name, 'STRING', (value) => (isText(value) ? value : null)), isLong: true }
}

function count(name: string): ParquetColumn<GenerationRow> {
  return column(name, 'INT32', (value) => (Number.isInteger(value) ? Number(value) : null))
}

function amount(name: string): ParquetColumn<GenerationRow> {
  return column(name, 'DOUBLE', (value) => (typeof value === 'number' ? value : null))
}

function flag(name: string): ParquetColumn<GenerationRow> {
  return column(name, 'BOOLEAN', (value) => (typeof value === 'boolean' ? value : null))
}

function column(
  name: string,
  type: ParquetColumn<GenerationRow>['type'],
  read: (value: unknown) => ReturnType<ParquetColumn<GenerationRow>['of']>,
): ParquetColumn<GenerationRow> {
  return { name, type, of: (row) => read(row[name]) }
}
