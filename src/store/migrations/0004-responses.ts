import type { Migration } from '../migrate.ts'

/** Answers that callers may ask for again and go on from; what was asked stands in `generation_bodies`. */
export const responses: Migration = {
  version: 4,
  name: 'responses',
  statements: [
    `create table responses (
      generation_id text primary key,
      id text not null,
      caller text not null,
      previous_id text,
      item_ids text[] not null,
      body text not null
    )`,
    'create index responses_by_id on responses (id, caller)',
    'create index responses_by_item on responses using gin (item_ids)',
  ],
}
