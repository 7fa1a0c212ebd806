import type { Migration } from '../migrate.ts'

/** Which of two answers was better, and the pairs of answers that wait for a vote. */
export const comparisons: Migration = {
  version: 6,
  name: 'comparisons',
  statements: [
    `create table comparisons (
      id text primary key,
      compared_at timestamptz not null,
      caller text not null,
      generation_a text not null,
      generation_b text not null,
      model_a text not null,
      model_b text not null,
      winner text not null,
      judge text not null,
      source text not null,
      intents jsonb not null,
      language text not null,
      tags jsonb not null,
      lead jsonb not null,
      cost_usd numeric(24, 15) not null
    )`,
    'create index comparisons_by_time on comparisons (compared_at desc, id desc)',
    `create table arenas (
      id text primary key,
      created_at timestamptz not null,
      caller text not null,
      generation_a text not null,
      generation_b text not null,
      model_a text not null,
      model_b text not null,
      intents jsonb not null,
      language text not null,
      tags jsonb not null,
      lead jsonb not null
    )`,
  ],
}
