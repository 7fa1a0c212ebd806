import type { Migration } from '../migrate.ts'

/** What became of the conversation that a call went on with, and of its tool loop. */
export const conversations: Migration = {
  version: 5,
  name: 'conversations',
  statements: ['alter table generations add column conversation jsonb, add column tool_loop jsonb'],
}
