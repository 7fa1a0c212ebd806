/** What an exported value is in the tables: a type of PostgreSQL's, of which `bytea` is a text too. */
type ExportedType = 'text' | 'integer' | 'double' | 'boolean' | 'time'

/** A column of a call as an export has it: flat, under the names of the story (docs/json-output.md), lists and objects as JSON text; and what it is in the tables. */
export interface ExportedColumn {
  readonly name: string
  readonly type: ExportedType
  readonly source: string
}

const same = (type: ExportedType, ...names: string[]): ExportedColumn[] =>
  names.map((name) => ({ name, type, source: name }))
const tokens = (name: string, member: string): ExportedColumn => ({
  name,
  type: 'double',
  source: `coalesce((usage ->> '${member}')::float8, 0)`,
})

/** In the order in which they are copied out. */
export const EXPORTED_COLUMNS: readonly ExportedColumn[] = [
  ...same('text', 'id', 'caller', 'dialect', 'requested_model', 'policy', 'strategy', 'reason', 'model'),
  { name: 'created_at', type: 'time', source: 'created_at' },
  { name: 'provider_name', type: 'text', source: 'provider' },
  ...same('text', 'endpoint', 'outcome', 'finish_reason', 'language', 'artifact'),
  ...same('integer', 'status'),
  tokens('tokens_prompt', 'promptTokens'),
  tokens('tokens_completion', 'completionTokens'),
  tokens('native_tokens_reasoning', 'reasoningTokens'),
  tokens('native_tokens_cached', 'cacheReadTokens'),
  {
    name: 'tokens_estimated',
    type: 'boolean',
    source: "coalesce((usage ->> 'estimated')::boolean, true)",
  },
  ...same('boolean', 'streamed', 'simulated'),
  { name: 'total_cost', type: 'double', source: 'cost_usd::float8' },
  { name: 'carbon_g', type: 'double', source: 'carbon_grams' },
  ...same('double', 'first_byte_ms', 'total_ms', 'overhead_ms', 'code_share', 'propensity'),
  ...same('text', 'baseline', 'removed', 'conversation', 'tool_loop'),
  ...['error', 'intents', 'tags'].map(
    (name): ExportedColumn => ({ name, type: 'text', source: `${name}::text` }),
  ),
  ...same('text', 'candidates', 'attempts', 'request', 'answer'),
]
