import type { Migration } from '../migrate.ts'

/** How much was kept of a call, what is kept of a prompt without its words, and how what is old, or of one user, is found. */
export const privacy: Migration = {
  version: 8,
  name: 'privacy',
  statements: [
    'alter table generations add column storage text',
    `create table prompt_fingerprints (
      generation_id text primary key,
      prompt_hash text not null,
      embedder text not null,
      embedding bytea not null,
      shape bytea
    )`,
    'create index prompt_fingerprints_by_hash on prompt_fingerprints (prompt_hash)',
    "create index generations_by_user on generations ((tags ->> 'user')) where (tags ->> 'user') is not null",
    'create index arenas_by_time on arenas (created_at)',
    'alter table unreadable_records add column kept_at timestamptz not null default now()',
  ],
}
