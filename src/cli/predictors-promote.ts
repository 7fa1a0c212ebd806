import { existsSync, readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { loadIntents } from '../artifacts.ts'
import { MeritorderError } from '../errors.ts'
import { parsePredictor } from '../learned/predictor-file.ts'
import { keepPredictor, predictorPath, promotePredictor } from '../learned/predictor-store.ts'
import { type CommonOptions, command, print } from './command.ts'
import { configFor } from './load-market.ts'
import { paint } from './terminal.ts'

/** `meritorder predictors promote`: puts a version in force. */
export function predictorsPromoteCommand(): Command {
  return command('promote', 'Put a version in force. A gateway that runs takes it over at once.', [
    'predictors promote 0123456789ab',
    'predictors promote ./predictor.bin     a file that `fit --out` wrote, here or elsewhere',
  ])
    .argument('<version>', 'the version, or the path of a predictor file')
    .action(async (named: string, _: object, invoked: Command) => {
      const options = invoked.optsWithGlobals<CommonOptions>()
      const { config } = configFor(options)
      const { data_folder: folder } = config.record
      const isVersion = /^[0-9a-f]{12}$/.test(named) && existsSync(predictorPath(folder, named))
      const path = isVersion ? predictorPath(folder, named) : named
      if (!existsSync(path))
        throw new MeritorderError(
          'not_found',
          `There is no predictor ${named.slice(0, 200)}, neither kept nor as a file. Which are kept: meritorder predictors list`,
        )
      const bytes = readFileSync(path)
      // What cannot be used here is refused before anything changes.
      const { version } = parsePredictor(bytes, loadIntents().version, config.embedder?.name)
      if (isVersion && version !== named)
        throw new MeritorderError('server', `The predictor ${named} is damaged: its content is another one.`)
      if (!isVersion) keepPredictor(folder, bytes)
      const change = await promotePredictor(folder, version, 'promote', Date.now)
      const value = { version, changed: change !== undefined, previous: change?.from ?? null }
      print(options, value, () =>
        change === undefined
          ? `${version} is in force already.`
          : `${paint('green', '→')} ${version} is in force${change.from === null ? '' : ` instead of ${change.from}`}. Undo it: meritorder predictors rollback`,
      )
    })
}
