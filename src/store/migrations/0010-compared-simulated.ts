import type { Migration } from '../migrate.ts'

/** Whether a compared answer came from a simulated provider: its call, which knows it, may be deleted long before. */
export const comparedSimulated: Migration = {
  version: 10,
  name: 'compared-simulated',
  statements: ['comparisons', 'arenas'].flatMap((table) => [
    `alter table ${table} add column simulated boolean not null default false`,
    `update ${table} set simulated = true where exists (
      select 1 from generations where id in (generation_a, generation_b) and generations.simulated
    )`,
  ]),
}
