import { hash } from 'node:crypto'
import { type Kysely, sql } from 'kysely'
import type { Tables } from '../store/tables.ts'
import type { UserQuery } from './delete-calls.queries.ts'

/** A user who was forgotten. */
export interface ForgottenUser {
  readonly nameSha256: string
  /** Whose calls were meant; undefined: everybody's. */
  readonly caller: string | undefined
  /** Epoch ms: what is older is not to be stored any more. */
  readonly at: number
}

/** Journals that wait longer than this are not known to hold what was forgotten. */
const KEPT_MS = 90 * 86_400_000
const ALL_CALLERS = ''

/** By what a user is known who is not to be named any more. */
export function nameHash(user: string): string {
  return hash('sha256', user)
}

/**
 * Notes that a user was forgotten at a time (epoch ms). Waits for whoever is storing records meanwhile, at any gateway
 * on this database: what they have stored can be found now, and what they store later they check against this.
 */
export async function noteForgotten(
  db: Kysely<Tables>,
  { user, caller = ALL_CALLERS }: UserQuery,
  at: number,
): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    // Whoever has looked into the table holds a lock on it until his transaction ends.
    await sql`lock table forgotten_users in access exclusive mode`.execute(transaction)
    await transaction
      .deleteFrom('forgotten_users')
      .where('forgotten_at', '<', isoTime(at - KEPT_MS))
      .execute()
    const forgotten_at = isoTime(at)
    await transaction
      .insertInto('forgotten_users')
      .values({ name_sha256: nameHash(user), caller, forgotten_at })
      .onConflict((conflict) => conflict.columns(['name_sha256', 'caller']).doUpdateSet({ forgotten_at }))
      .execute()
  })
}

/** Who was forgotten at this time (epoch ms) or later. Belongs into the transaction that stores records. */
export async function forgottenSince(db: Kysely<Tables>, since: number): Promise<readonly ForgottenUser[]> {
  const rows = await db
    .selectFrom('forgotten_users')
    .selectAll()
    .where('forgotten_at', '>=', isoTime(since))
    .execute()
  return rows.map(({ name_sha256, caller, forgotten_at }) => ({
    nameSha256: name_sha256,
    caller: caller === ALL_CALLERS ? undefined : caller,
    at: forgotten_at.getTime(),
  }))
}

function isoTime(ms: number) {
  return sql<Date>`${new Date(ms).toISOString()}::timestamptz`
}
