import type { Migration } from '../migrate.ts'
import { generations } from './0001-generations.ts'
import { ratings } from './0002-ratings.ts'
import { generationFilters } from './0003-generation-filters.ts'
import { responses } from './0004-responses.ts'
import { conversations } from './0005-conversations.ts'
import { comparisons } from './0006-comparisons.ts'
import { carbonBounds } from './0007-carbon-bounds.ts'
import { privacy } from './0008-privacy.ts'
import { rareGenerations } from './0009-rare-generations.ts'
import { comparedSimulated } from './0010-compared-simulated.ts'
import { texts } from './0011-texts.ts'
import { dailySums } from './0012-daily-sums.ts'
import { forgottenUsers } from './0013-forgotten-users.ts'

/** Every step from an empty database to this program's schema, in order. Forward only: a released step never changes. */
export const MIGRATIONS: readonly Migration[] = [
  generations,
  ratings,
  generationFilters,
  responses,
  conversations,
  comparisons,
  carbonBounds,
  privacy,
  rareGenerations,
  comparedSimulated,
  texts,
  dailySums,
  forgottenUsers,
]

/** The newest schema this program knows. */
export const SCHEMA_VERSION = MIGRATIONS.length
