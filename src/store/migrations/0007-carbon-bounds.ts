import type { Migration } from '../migrate.ts'

/** The bounds of each call's emissions; null in records of before, which have the middle alone. */
export const carbonBounds: Migration = {
  version: 7,
  name: 'carbon-bounds',
  statements: [
    `alter table generations
      add column carbon_low_grams double precision,
      add column carbon_high_grams double precision`,
  ],
}
