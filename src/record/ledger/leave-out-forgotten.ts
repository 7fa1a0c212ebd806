import type { Kysely } from 'kysely'
import type { Tables } from '../../store/tables.ts'
import { type ForgottenUser, forgottenSince, nameHash } from '../forgotten-users.queries.ts'
import { idsAmong } from '../generations.queries.ts'
import { USER_TAGS } from '../user-tags.ts'
import type { JournalRecord } from './decode-record.ts'

/**
 * Records without those of users who were forgotten after they were made, and without what was said of such calls. So a
 * user stays forgotten whose calls were under way, or in another gateway's journal. Belongs into the transaction that
 * stores what is left.
 */
export async function leaveOutForgotten(
  db: Kysely<Tables>,
  records: readonly JournalRecord[],
): Promise<readonly JournalRecord[]> {
  const oldest = records.reduce((least, record) => Math.min(least, timeOf(record)), Number.POSITIVE_INFINITY)
  if (oldest === Number.POSITIVE_INFINITY) return records
  const forgotten = await forgottenSince(db, oldest)
  if (forgotten.length === 0) return records
  const left = records.filter((record) => !isOfForgotten(record, forgotten))
  return withoutLostRatings(db, left, forgotten)
}

function isOfForgotten(record: JournalRecord, forgotten: readonly ForgottenUser[]): boolean {
  if (record.kind === 'ratings') return false
  const { caller, tags } = whoseOf(record)
  const names = new Set(USER_TAGS.flatMap((name) => (tags[name] === undefined ? [] : [nameHash(tags[name])])))
  if (names.size === 0) return false
  const since = forgottenBy(caller, timeOf(record), forgotten)
  return since.some(({ nameSha256 }) => names.has(nameSha256))
}

/** A rating names no user. One from before somebody was forgotten, of a call that is nowhere, was of a call of his. */
async function withoutLostRatings(
  db: Kysely<Tables>,
  records: readonly JournalRecord[],
  forgotten: readonly ForgottenUser[],
): Promise<readonly JournalRecord[]> {
  const doubtful = records.flatMap((record) =>
    record.kind === 'ratings'
      ? record.ratings.filter(({ caller, ratedAt }) => forgottenBy(caller, ratedAt, forgotten).length > 0)
      : [],
  )
  if (doubtful.length === 0) return records
  const here = records.flatMap((record) => (record.kind === 'generation' ? [record.generation.row.id] : []))
  const stored = await idsAmong(
    db,
    doubtful.map(({ generationId }) => generationId),
  )
  const known = new Set([...here, ...stored])
  const lost = new Set(doubtful.filter(({ generationId }) => !known.has(generationId)))
  return records.map((record) =>
    record.kind === 'ratings'
      ? { ...record, ratings: record.ratings.filter((rating) => !lost.has(rating)) }
      : record,
  )
}

function forgottenBy(caller: string, time: number, forgotten: readonly ForgottenUser[]) {
  return forgotten.filter((one) => one.at >= time && (one.caller === undefined || one.caller === caller))
}

function whoseOf(record: Exclude<JournalRecord, { readonly kind: 'ratings' }>): {
  readonly caller: string
  readonly tags: Readonly<Record<string, string>>
} {
  if (record.kind === 'arena') return record.arena
  if (record.kind === 'comparison') return record.comparison
  const { caller, tags } = record.generation.row
  return { caller, tags: JSON.parse(tags) }
}

/** Epoch ms. */
function timeOf(record: JournalRecord): number {
  switch (record.kind) {
    case 'generation':
      return Date.parse(record.generation.row.created_at)
    case 'ratings':
      return record.ratings.reduce((least, { ratedAt }) => Math.min(least, ratedAt), Number.POSITIVE_INFINITY)
    case 'comparison':
      return record.comparison.comparedAt
    case 'arena':
      return record.arena.createdAt
  }
}
