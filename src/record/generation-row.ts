import type { Insertable, Selectable } from 'kysely'
import type { Attempt, Outcome } from '../dispatch/answer.ts'
import type { Usage } from '../market/usage.ts'
import { formatUsd, parseUsd } from '../money.ts'
import type { GenerationsTable } from '../store/tables.ts'
import type { Generation } from './generation.ts'
import type { RecordedCandidate } from './recorded-candidate.ts'

/** Every column. */
export type GenerationRow = Required<Insertable<GenerationsTable>>

const NO_USAGE: Usage = {
  promptTokens: 0,
  completionTokens: 0,
  reasoningTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  estimated: true,
}

/**
 * A generation as the journal holds it, as a row. Fields that an older version of the program
 * did not write, and numbers that JSON could not hold (NaN), get the value that says "not known".
 */
export function toRow(known: Partial<Generation> & Pick<Generation, 'id'>): GenerationRow {
  return {
    id: known.id,
    created_at: new Date(known.createdAt ?? 0).toISOString(),
    caller: known.caller ?? '',
    dialect: known.dialect ?? '',
    streamed: known.streamed ?? false,
    requested_model: known.requestedModel ?? '',
    policy: known.policy ?? '',
    strategy: known.strategy ?? '',
    reason: known.reason ?? '',
    model: known.model ?? null,
    provider: known.provider ?? null,
    endpoint: known.endpoint ?? null,
    simulated: known.simulated ?? false,
    outcome: known.outcome ?? 'complete',
    status: known.status ?? 0,
    finish_reason: known.finishReason ?? null,
    error: jsonOrNull(known.error),
    usage: JSON.stringify(known.usage ?? NO_USAGE),
    cost_usd: known.costUsd ?? null,
    baseline: jsonOrNull(known.baseline),
    carbon_grams: known.carbonGrams ?? null,
    carbon_low_grams: known.carbonLowGrams ?? null,
    carbon_high_grams: known.carbonHighGrams ?? null,
    first_byte_ms: known.firstByteMs ?? null,
    total_ms: known.totalMs ?? 0,
    overhead_ms: known.overheadMs ?? 0,
    prompt_tokens_estimated: known.promptTokensEstimated ?? 0,
    language: known.language ?? 'und',
    code_share: known.codeShare ?? 0,
    intents: JSON.stringify(known.intents ?? []),
    candidates: JSON.stringify(known.candidates ?? []),
    removed: JSON.stringify(known.removed ?? []),
    attempts: JSON.stringify(known.attempts ?? []),
    propensity: known.propensity ?? 1,
    conversation: jsonOrNull(known.conversation),
    tool_loop: jsonOrNull(known.toolLoop),
    artifact: known.artifact ?? '',
    tags: JSON.stringify(known.tags ?? {}),
    storage: known.storage ?? null,
  }
}

/** A row as a generation. The JSON columns were written by `toRow`, so their shape is taken as it is. */
export function fromRow(row: Selectable<GenerationsTable>): Generation {
  return {
    id: row.id,
    createdAt: row.created_at.getTime(),
    caller: row.caller,
    dialect: row.dialect,
    streamed: row.streamed,
    requestedModel: row.requested_model,
    policy: row.policy,
    strategy: row.strategy,
    reason: row.reason,
    model: row.model,
    provider: row.provider,
    endpoint: row.endpoint,
    simulated: row.simulated,
    outcome: row.outcome as Outcome,
    status: row.status,
    finishReason: row.finish_reason,
    error: row.error,
    usage: { ...NO_USAGE, ...row.usage },
    // numeric(24,15) comes back with all of its decimals.
    costUsd: row.cost_usd === null ? null : formatUsd(parseUsd(row.cost_usd)),
    baseline: parsed(row.baseline),
    carbonGrams: row.carbon_grams,
    carbonLowGrams: row.carbon_low_grams,
    carbonHighGrams: row.carbon_high_grams,
    firstByteMs: row.first_byte_ms,
    totalMs: row.total_ms,
    overheadMs: row.overhead_ms,
    promptTokensEstimated: row.prompt_tokens_estimated,
    language: row.language,
    codeShare: row.code_share,
    intents: row.intents as Generation['intents'],
    candidates: candidatesOf(row.candidates),
    removed: JSON.parse(row.removed) as Generation['removed'],
    attempts: JSON.parse(row.attempts) as readonly Attempt[],
    propensity: row.propensity,
    conversation: parsed(row.conversation),
    toolLoop: parsed(row.tool_loop),
    artifact: row.artifact,
    tags: row.tags,
    storage: row.storage as Generation['storage'],
  }
}

/** The candidates of a row. */
export function candidatesOf(column: string): readonly RecordedCandidate[] {
  return JSON.parse(column)
}

function jsonOrNull(value: object | null | undefined): string | null {
  return value === null || value === undefined ? null : JSON.stringify(value)
}

function parsed<T>(column: string | null): T | null {
  return column === null ? null : JSON.parse(column)
}
