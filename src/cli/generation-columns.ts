import { isObject } from '../is-object.ts'
import type { ParquetColumn } from '../parquet-file.ts'

/**
 * What a Parquet file has of a recorded call: members of its story (docs/json-output.md) under their names there, lists
 * and objects as JSON text.
 */
export const GENERATION_COLUMNS: readonly ParquetColumn<unknown>[] = [
  text('id'),
  column('created_at', 'TIMESTAMP', (value) => (typeof value === 'string' ? new Date(value) : null)),
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
  ...['error', 'baseline', 'intents', 'candidates', 'removed', 'attempts'].map(json),
  ...['conversation', 'tool_loop', 'tags', 'ratings', 'request'].map(json),
  text('answer'),
]

function text(name: string): ParquetColumn<unknown> {
  return column(name, 'STRING', (value) => (typeof value === 'string' ? value : null))
}

function count(name: string): ParquetColumn<unknown> {
  return column(name, 'INT32', (value) => (Number.isInteger(value) ? Number(value) : null))
}

function amount(name: string): ParquetColumn<unknown> {
  return column(name, 'DOUBLE', (value) => (typeof value === 'number' ? value : null))
}

function flag(name: string): ParquetColumn<unknown> {
  return column(name, 'BOOLEAN', (value) => (typeof value === 'boolean' ? value : null))
}

function json(name: string): ParquetColumn<unknown> {
  return column(name, 'STRING', (value) =>
    value === null || value === undefined ? null : JSON.stringify(value),
  )
}

function column(
  name: string,
  type: ParquetColumn<unknown>['type'],
  read: (value: unknown) => ReturnType<ParquetColumn<unknown>['of']>,
): ParquetColumn<unknown> {
  return { name, type, of: (story) => (isObject(story) ? read(story[name]) : null) }
}
