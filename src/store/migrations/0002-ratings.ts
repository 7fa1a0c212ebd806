import type { Migration } from '../migrate.ts'

/** What people and programs said about answers: one row a generation, caller, kind and name. */
export const ratings: Migration = {
  version: 2,
  name: 'ratings',
  statements: [
    `create table ratings (
      generation_id text not null,
      caller text not null,
      kind text not null,
      name text not null,
      value double precision,
      text text,
      rated_at timestamptz not null,
      source text not null,
      primary key (generation_id, caller, kind, name)
    )`,
    'create index ratings_by_time on ratings (rated_at desc)',
  ],
}
