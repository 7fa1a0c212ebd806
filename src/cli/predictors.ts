import type { Command } from 'commander'
import { command } from './command.ts'
import { predictorsListCommand } from './predictors-list.ts'
import { predictorsPromoteCommand } from './predictors-promote.ts'
import { predictorsPruneCommand } from './predictors-prune.ts'
import { predictorsRollbackCommand } from './predictors-rollback.ts'
import { predictorsShowCommand } from './predictors-show.ts'

/** `meritorder predictors`: the versions of what was learned, and which is in force. */
export function predictorsCommand(): Command {
  return command('predictors', 'The versions of what was learned, and which of them is in force.', [
    'predictors list',
    'predictors promote 0123456789ab',
    'predictors rollback',
  ])
    .addCommand(predictorsListCommand())
    .addCommand(predictorsShowCommand())
    .addCommand(predictorsPromoteCommand())
    .addCommand(predictorsRollbackCommand())
    .addCommand(predictorsPruneCommand())
}
