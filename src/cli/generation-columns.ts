import { isUtf8 } from 'node:buffer'
import { ratingJson } from '../explain/rating-json.ts'
import type { ParquetColumn, ParquetValue } from '../files/parquet-column.ts'
import type { AddRows, ParquetField } from '../files/parquet-file.ts'
import { isJson } from '../json/is-json.ts'
import { isObject } from '../json/is-object.ts'
import { EXPORTED_COLUMNS, type ExportedColumn } from '../record/exported-call.ts'
import type { ExportPage } from '../record/exported-calls.queries.ts'
import {
  NONE,
  readBoolean,
  readCopy,
  readDouble,
  readInteger,
  readText,
  readTime,
  type TakeValue,
} from '../store/copy-binary.ts'

const JSON_COLUMNS = [
  ...['error', 'baseline', 'intents', 'candidates', 'removed', 'attempts'],
  ...['conversation', 'tool_loop', 'tags', 'ratings', 'request'],
]

const fields = (type: ParquetField['type'], ...names: string[]): ParquetField[] =>
  names.map((name) => ({ name, type }))

/** A call as a row of Parquet: members of its story (docs/json-output.md) under their names there, lists and objects as JSON text. */
export const GENERATION_COLUMNS: readonly ParquetField[] = [
  ...fields('STRING', 'id'),
  ...fields('TIMESTAMP', 'created_at'),
  ...fields('STRING', 'caller', 'dialect', 'requested_model', 'policy', 'strategy', 'reason'),
  ...fields('STRING', 'model', 'provider_name', 'endpoint', 'outcome', 'finish_reason'),
  ...fields('INT32', 'status', 'tokens_prompt', 'tokens_completion', 'native_tokens_reasoning'),
  ...fields('INT32', 'native_tokens_cached'),
  ...fields('BOOLEAN', 'tokens_estimated', 'streamed', 'simulated'),
  ...fields('DOUBLE', 'total_cost', 'carbon_g', 'first_byte_ms', 'total_ms', 'overhead_ms', 'code_share'),
  ...fields('DOUBLE', 'propensity'),
  ...fields('STRING', 'language', 'artifact', ...JSON_COLUMNS, 'answer'),
]

/** Adds stories, as a running gateway tells them. */
export function addStories(stories: readonly unknown[]): AddRows {
  return (columns) => {
    for (const story of stories)
      for (const [c, field] of GENERATION_COLUMNS.entries()) columns[c]!.add(memberOf(story, field))
    return stories.length
  }
}

/** What a story has in a column; null where that is of another type. */
function memberOf(story: unknown, { name, type }: ParquetField): ParquetValue {
  const value = isObject(story) ? story[name] : undefined
  if (JSON_COLUMNS.includes(name)) return value === null || value === undefined ? null : JSON.stringify(value)
  switch (type) {
    case 'STRING':
      return typeof value === 'string' ? value : null
    case 'TIMESTAMP':
      return typeof value === 'string' ? new Date(value) : null
    case 'BOOLEAN':
      return typeof value === 'boolean' ? value : null
    default:
      return typeof value === 'number' ? value : null
  }
}

/** Adds calls, as the record itself gives them. */
export function addExported({ copied, ratings }: ExportPage): AddRows {
  return (columns) => {
    const columnOf = (wanted: string) => columns[GENERATION_COLUMNS.findIndex(({ name }) => name === wanted)]!
    const ids: string[] = []
    const calls = readCopy(
      copied,
      EXPORTED_COLUMNS.map((exported) => {
        const take = takingInto(columnOf(exported.name), exported)
        if (exported.name !== 'id') return take
        return (bytes, start, end) => {
          ids.push(readText(bytes, start, end))
          take(bytes, start, end)
        }
      }),
    )
    const column = columnOf('ratings')
    for (const id of ids) column.addString(JSON.stringify(ratings.get(id)?.map(ratingJson) ?? []))
    return calls
  }
}

function takingInto(column: ParquetColumn, { name, type }: ExportedColumn): TakeValue {
  const take = name === 'request' ? takeRequest : TAKE[type]
  return (bytes, start, end) => {
    if (start === NONE) column.addNull()
    else take(column, bytes, start, end)
  }
}

type TakeInto = (column: ParquetColumn, ...value: Parameters<TakeValue>) => void

const TAKE: Readonly<Record<ExportedColumn['type'], TakeInto>> = {
  text: (column, bytes, start, end) => column.addUtf8(bytes, start, end),
  integer: (column, bytes, start) => column.addNumber(readInteger(bytes, start)),
  double: (column, bytes, start) => column.addNumber(readDouble(bytes, start)),
  boolean: (column, bytes, start) => column.addBoolean(readBoolean(bytes, start)),
  time: (column, bytes, start) => column.addTime(readTime(bytes, start)),
}

/** The request as it was sent; as a JSON string where it is no JSON. */
function takeRequest(column: ParquetColumn, bytes: Buffer, start: number, end: number): void {
  // Whether UTF-8 is JSON its bytes tell, read as Latin 1, which is faster: what is not ASCII may only be within strings.
  if (isUtf8(bytes.subarray(start, end)) && isJson(bytes.toString('latin1', start, end)))
    column.addUtf8(bytes, start, end)
  else {
    const text = readText(bytes, start, end)
    column.addString(isJson(text) ? text : JSON.stringify(text))
  }
}
