import {
  type ReadValue,
  readBoolean,
  readBytes,
  readCopy,
  readDouble,
  readInteger,
  readText,
  readTime,
} from '../store/copy-binary.ts'

/** A call as an export has it: flat, under the names of the story (docs/json-output.md), lists and objects as JSON text. */
export interface ExportedCall {
  readonly id: string
  readonly request: Uint8Array | null
  readonly [column: string]: string | number | boolean | Date | Uint8Array | null
}

/** Name, how its value is read, and what it is in the tables; its type there is the one that is read. */
type ExportedColumn = readonly [name: string, read: ReadValue<unknown>, source: string]

const same = (read: ReadValue<unknown>, ...names: string[]): ExportedColumn[] =>
  names.map((name) => [name, read, name])
const tokens = (name: string, member: string): ExportedColumn => [
  name,
  readDouble,
  `coalesce((usage ->> '${member}')::float8, 0)`,
]

export const EXPORTED_COLUMNS: readonly ExportedColumn[] = [
  ...same(readText, 'id', 'caller', 'dialect', 'requested_model', 'policy', 'strategy', 'reason', 'model'),
  ['created_at', readTime, 'created_at'],
  ['provider_name', readText, 'provider'],
  ...same(readText, 'endpoint', 'outcome', 'finish_reason', 'language', 'artifact'),
  ...same(readInteger, 'status'),
  tokens('tokens_prompt', 'promptTokens'),
  tokens('tokens_completion', 'completionTokens'),
  tokens('native_tokens_reasoning', 'reasoningTokens'),
  tokens('native_tokens_cached', 'cacheReadTokens'),
  ['tokens_estimated', readBoolean, "coalesce((usage ->> 'estimated')::boolean, true)"],
  ...same(readBoolean, 'streamed', 'simulated'),
  ['total_cost', readDouble, 'cost_usd::float8'],
  ['carbon_g', readDouble, 'carbon_grams'],
  ...same(readDouble, 'first_byte_ms', 'total_ms', 'overhead_ms', 'code_share', 'propensity'),
  ...same(readText, 'baseline', 'removed', 'conversation', 'tool_loop'),
  ...['error', 'intents', 'tags'].map((name): ExportedColumn => [name, readText, `${name}::text`]),
  // Long: whoever wants a text makes one.
  ...same(readBytes, 'candidates', 'attempts', 'request', 'answer'),
]

/** The calls of a page as the database has copied them out (`ExportPage`), in its order. */
export function readExportedCalls(copied: Uint8Array): ExportedCall[] {
  return readCopy<ExportedCall>(copied, EXPORTED_COLUMNS)
}
