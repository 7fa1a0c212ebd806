import type { CandidateTable } from './candidate-table.ts'
import type { Policy, SortBy } from './policy.ts'

export interface Ordering {
  readonly policy: Policy
  /** Place of each endpoint in the caller's `provider.order`; absent when there is none. */
  readonly providerOrder: Uint16Array | undefined
  /** What takes the place of merit. */
  readonly sortBy?: SortBy
  /** Epoch ms. */
  readonly now: number
  /** How many rows are kept, and how many of one model. */
  readonly keep: number
  readonly keepPerModel: number
}

/** Negative when row a is better than row b; whole numbers, as others would be boxed for each comparison. */
export function compare(table: CandidateTable, { providerOrder }: Ordering, a: number, b: number): number {
  const { step, merit, costUsd, ailing, readiness } = table.scratch
  const later = readiness[a]! - readiness[b]!
  if (later !== 0) return later
  const stepOfA = step[table.model[a]!]!
  const stepOfB = step[table.model[b]!]!
  if (stepOfA !== stepOfB) return stepOfA < stepOfB ? -1 : 1
  if (providerOrder !== undefined) {
    const first = providerOrder[a]! - providerOrder[b]!
    if (first !== 0) return first
  }
  const worse = ailing[a]! - ailing[b]!
  if (worse !== 0) return worse
  const deal = table.deal[a]! - table.deal[b]!
  if (deal !== 0) return deal
  if (merit[a] !== merit[b]) return merit[a]! > merit[b]! ? -1 : 1
  if (costUsd[a]! < costUsd[b]!) return -1
  if (costUsd[a]! > costUsd[b]!) return 1
  return table.idOrder[a]! - table.idOrder[b]!
}
