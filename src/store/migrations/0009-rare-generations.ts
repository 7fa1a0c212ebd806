import type { Migration } from '../migrate.ts'

/**
 * What the first page under every filter is found by. A provider's calls are kept in their order, as are those that failed;
 * the others tell where few calls pass: tags in any combination, costs by classes whose bounds are 1, 2, 5, 10, … millionths
 * of a USD (an index of exact costs would touch another of its pages with every record), and what was rated.
 */
export const rareGenerations: Migration = {
  version: 9,
  name: 'rare-generations',
  statements: [
    'create index generations_by_provider on generations (provider, created_at desc, id desc)',
    `create index generations_by_outcome on generations (outcome, created_at desc, id desc)
      where outcome <> 'complete'`,
    "create index generations_by_tag on generations using gin (tags jsonb_path_ops) where tags <> '{}'",
    `create index generations_by_cost on generations ((width_bucket(cost_usd, array[
      0.000001, 0.000002, 0.000005, 0.00001, 0.00002, 0.00005, 0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005,
      0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100])))`,
    "create index ratings_by_value on ratings (value) where kind <> 'signal'",
  ],
}
