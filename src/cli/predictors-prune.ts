import type { Command } from 'commander'
import { KEPT_PREDICTORS, prunePredictors } from '../learned/predictor-store.ts'
import { type CommonOptions, command, print } from './command.ts'
import { formatPlural } from './format.ts'
import { configFor } from './load-market.ts'
import { wholeValue } from './option-values.ts'

interface PruneOptions extends CommonOptions {
  readonly keep: number
}

/** `meritorder predictors prune`: removes old versions. */
export function predictorsPruneCommand(): Command {
  return command('prune', 'Remove old versions. The one in force and the one before it stay.', [
    'predictors prune --keep 5',
  ])
    .option('--keep <n>', 'so many of the newest stay', wholeValue(0, 10_000), KEPT_PREDICTORS)
    .action(async (_: object, invoked: Command) => {
      const options = invoked.optsWithGlobals<PruneOptions>()
      const { data_folder: folder } = configFor(options).config.record
      const removed = await prunePredictors(folder, options.keep, Date.now)
      print(options, { removed }, () => `Removed ${formatPlural(removed.length, 'version')}.`)
    })
}
