import type { Migration } from '../migrate.ts'

/**
 * What no query looks into is kept as the JSON text that it came as. Reading the candidates of a call into jsonb, and
 * writing them as text again, took more time than all of its other columns. Rewrites the table, in one transaction.
 */
export const texts: Migration = {
  version: 11,
  name: 'texts',
  statements: [
    `alter table generations
      alter column baseline type text using baseline::text,
      alter column candidates type text using candidates::text,
      alter column removed type text using removed::text,
      alter column attempts type text using attempts::text,
      alter column conversation type text using conversation::text,
      alter column tool_loop type text using tool_loop::text`,
  ],
}
