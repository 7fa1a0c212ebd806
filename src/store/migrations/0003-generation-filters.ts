import type { Migration } from '../migrate.ts'

/** What the first page of a narrowed list is found by, newest first. */
export const generationFilters: Migration = {
  version: 3,
  name: 'generation-filters',
  statements: [
    'create index generations_by_model on generations (model, created_at desc, id desc)',
    'create index generations_by_caller on generations (caller, created_at desc, id desc)',
    "create index generations_by_intent on generations ((intents -> 0 ->> 'intent'), created_at desc, id desc)",
  ],
}
