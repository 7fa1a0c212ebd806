import type { Command } from 'commander'
import { rollbackPredictor } from '../learned/predictor-store.ts'
import { type CommonOptions, command, print } from './command.ts'
import { configFor } from './load-market.ts'
import { paint } from './terminal.ts'

/** `meritorder predictors rollback`: puts in force what was before. */
export function predictorsRollbackCommand(): Command {
  return command(
    'rollback',
    'Put in force what was before. Then nothing goes into force by itself until you promote a version.',
    ['predictors rollback'],
  ).action(async (_: object, invoked: Command) => {
    const options = invoked.optsWithGlobals<CommonOptions>()
    const { data_folder: folder } = configFor(options).config.record
    const { from, to } = await rollbackPredictor(folder, Date.now)
    print(options, { version: to, previous: from }, () =>
      to === null
        ? `${paint('green', '→')} No predictor is in force any more, after ${from}: leaderboards alone say what is good.`
        : `${paint('green', '→')} ${to} is in force again, instead of ${from}.`,
    )
  })
}
