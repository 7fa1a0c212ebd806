import type { Migration } from '../migrate.ts'

/**
 * Who was forgotten, and when: what another gateway has written in its journal before that, and takes in later, is left
 * out. Of the name there is a hash only; caller '' stands for all callers.
 */
export const forgottenUsers: Migration = {
  version: 13,
  name: 'forgotten-users',
  statements: [
    `create table forgotten_users (
      name_sha256 text not null,
      caller text not null,
      forgotten_at timestamptz not null,
      primary key (name_sha256, caller)
    )`,
    'create index forgotten_users_by_time on forgotten_users (forgotten_at)',
  ],
}
