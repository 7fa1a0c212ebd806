import type { Migration } from '../migrate.ts'

/** One row per call, its bodies apart (most queries never read them), and the journal's bookkeeping. */
export const generations: Migration = {
  version: 1,
  name: 'generations',
  statements: [
    `create table generations (
      id text primary key,
      created_at timestamptz not null,
      caller text not null,
      dialect text not null,
      streamed boolean not null,
      requested_model text not null,
      policy text not null,
      strategy text not null,
      reason text not null,
      model text,
      provider text,
      endpoint text,
      simulated boolean not null,
      outcome text not null,
      status integer not null,
      finish_reason text,
      error jsonb,
      usage jsonb not null,
      cost_usd numeric(24, 15),
      baseline jsonb,
      carbon_grams double precision,
      first_byte_ms double precision,
      total_ms double precision not null,
      overhead_ms double precision not null,
      prompt_tokens_estimated integer not null,
      language text not null,
      code_share double precision not null,
      intents jsonb not null,
      candidates jsonb not null,
      removed jsonb not null,
      attempts jsonb not null,
      propensity double precision not null,
      artifact text not null,
      tags jsonb not null
    )`,
    'create index generations_by_time on generations (created_at desc, id desc)',
    `create table generation_bodies (
      generation_id text primary key,
      request bytea,
      answer bytea
    )`,
    `create table journal_positions (
      segment_id text primary key,
      taken integer not null
    )`,
    `create table unreadable_records (
      segment_id text not null,
      start integer not null,
      reason text not null,
      frame bytea not null,
      primary key (segment_id, start)
    )`,
  ],
}
