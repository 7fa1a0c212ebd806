import type { Forgotten } from '../record/ledger/forget-user.ts'

/** What was deleted of a user, what a look afterwards found, and what nobody looked at. */
export function forgottenJson(user: string, { deleted, remaining }: Forgotten) {
  return { user, deleted, remaining, not_covered: NOT_COVERED }
}

/** What may hold words of a user and is not the record's to delete. */
const NOT_COVERED = [
  'files that were exported, imported or learned from',
  'journal files of other gateways on the same PostgreSQL, and of calls that are running: what they hold is not taken into the tables any more, and they go when the next two of 16 MB are full',
  'backups, and space in database files that is free and not yet written over',
]
