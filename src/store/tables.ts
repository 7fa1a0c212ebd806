import type { ColumnType } from 'kysely'

/** The schema as Kysely sees it. What each column means stands at `Generation`, whose row this is. */
export interface Tables {
  readonly generations: GenerationsTable
  readonly generation_bodies: GenerationBodiesTable
  readonly daily_sums: DailySumsTable
  readonly responses: ResponsesTable
  readonly prompt_fingerprints: PromptFingerprintsTable
  readonly ratings: RatingsTable
  readonly comparisons: ComparisonsTable
  readonly arenas: ArenasTable
  readonly journal_positions: JournalPositionsTable
  readonly unreadable_records: UnreadableRecordsTable
  readonly forgotten_users: ForgottenUsersTable
  readonly schema_migrations: SchemaMigrationsTable
}

/** A jsonb column: both drivers hand it out parsed. */
type Json<T> = ColumnType<T, null extends T ? string | null : string, never>
/** JSON that no query looks into. */
type JsonText = string

export interface GenerationsTable {
  readonly id: string
  readonly created_at: ColumnType<Date, string, never>
  readonly caller: string
  readonly dialect: string
  readonly streamed: boolean
  readonly requested_model: string
  readonly policy: string
  readonly strategy: string
  readonly reason: string
  readonly model: string | null
  readonly provider: string | null
  readonly endpoint: string | null
  readonly simulated: boolean
  readonly outcome: string
  readonly status: number
  readonly finish_reason: string | null
  readonly error: Json<{ code: string; message: string } | null>
  readonly usage: Json<object>
  /** numeric(24,15): exact USD; drivers hand it out as text. */
  readonly cost_usd: string | null
  readonly baseline: JsonText | null
  readonly carbon_grams: number | null
  readonly carbon_low_grams: number | null
  readonly carbon_high_grams: number | null
  readonly first_byte_ms: number | null
  readonly total_ms: number
  readonly overhead_ms: number
  readonly prompt_tokens_estimated: number
  readonly language: string
  readonly code_share: number
  readonly intents: Json<readonly unknown[]>
  readonly candidates: JsonText
  readonly removed: JsonText
  readonly attempts: JsonText
  readonly propensity: number
  readonly conversation: JsonText | null
  readonly tool_loop: JsonText | null
  readonly artifact: string
  readonly tags: Json<Readonly<Record<string, string>>>
  readonly storage: string | null
}

export interface GenerationBodiesTable {
  readonly generation_id: string
  /** Bytes, because a request need not be text and a text may hold NUL, which PostgreSQL's text cannot. */
  readonly request: Uint8Array | null
  /** UTF-8. */
  readonly answer: Uint8Array | null
}

/** What the calls of a key have cost and emitted on a day of UTC, without simulated ones. Written by the database alone. */
export interface DailySumsTable {
  readonly caller: ColumnType<string, never, never>
  /** Drivers hand a date out as midnight of some zone: ask for its text. */
  readonly day: ColumnType<Date, never, never>
  readonly calls: ColumnType<number, never, never>
  /** Those among them whose emissions are estimated. */
  readonly estimated: ColumnType<number, never, never>
  /** Exact USD; drivers hand it out as text. */
  readonly cost_usd: ColumnType<string, never, never>
  readonly carbon_low_grams: ColumnType<number, never, never>
  readonly carbon_grams: ColumnType<number, never, never>
  readonly carbon_high_grams: ColumnType<number, never, never>
}

/** The columns of `StoredResponse`, and whose it is. */
export interface ResponsesTable {
  readonly generation_id: string
  readonly id: string
  readonly caller: string
  readonly previous_id: string | null
  readonly item_ids: readonly string[]
  readonly body: string
}

/** What each column means stands at `Fingerprint`. */
export interface PromptFingerprintsTable {
  readonly generation_id: string
  readonly prompt_hash: string
  readonly embedder: string
  readonly embedding: Uint8Array
  readonly shape: Uint8Array | null
}

/** What each column means stands at `Rating`. */
export interface RatingsTable {
  readonly generation_id: string
  readonly caller: string
  readonly kind: string
  readonly name: string
  readonly value: number | null
  readonly text: string | null
  readonly rated_at: ColumnType<Date, string, string>
  readonly source: string
}

/** What `Comparison` and `Arena` have in common, and whether one of their answers was simulated. */
interface PairColumns {
  readonly id: string
  readonly caller: string
  readonly generation_a: string
  readonly generation_b: string
  readonly model_a: string
  readonly model_b: string
  readonly intents: Json<readonly { readonly intent: string; readonly p: number }[]>
  readonly language: string
  readonly tags: Json<Readonly<Record<string, string>>>
  readonly lead: Json<readonly number[]>
  readonly simulated: boolean
}

export interface ComparisonsTable extends PairColumns {
  readonly compared_at: ColumnType<Date, string, never>
  readonly winner: string
  readonly judge: string
  readonly source: string
  /** numeric(24,15): exact USD; drivers hand it out as text. */
  readonly cost_usd: string
}

export interface ArenasTable extends PairColumns {
  readonly created_at: ColumnType<Date, string, never>
}

/** How far each journal segment has been taken into the tables; written in the same transaction as the rows. */
export interface JournalPositionsTable {
  readonly segment_id: string
  readonly taken: number
}

/** Records that the tables refused, kept as they came so that nothing is lost. */
export interface UnreadableRecordsTable {
  readonly segment_id: string
  readonly start: number
  readonly reason: string
  readonly frame: Uint8Array
}

/** What each column means stands at `ForgottenUser`. */
export interface ForgottenUsersTable {
  readonly name_sha256: string
  readonly caller: string
  readonly forgotten_at: Date
}

export interface SchemaMigrationsTable {
  readonly version: number
  readonly name: string
  readonly applied_at: ColumnType<Date, never, never>
}
