import { existsSync, readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { loadIntents, loadPredictor } from '../artifacts.ts'
import { MeritorderError } from '../errors.ts'
import {
  liveVersion,
  predictorCardPath,
  predictorPath,
  readPredictorChanges,
} from '../learned/predictor-store.ts'
import { type CommonOptions, command, print } from './command.ts'
import { configFor } from './load-market.ts'

/** `meritorder predictors show`: what one version was fitted on, how its trial went, and when it was in force. */
export function predictorsShowCommand(): Command {
  return command('show', 'Show what a version was fitted on, how its trial went, and when it was in force.', [
    'predictors show 0123456789ab',
  ])
    .argument('[version]', 'the version (default: the one in force)')
    .action((named: string | undefined, _: object, invoked: Command) => {
      const options = invoked.optsWithGlobals<CommonOptions>()
      const { config } = configFor(options)
      const { data_folder: folder } = config.record
      const changes = readPredictorChanges(folder)
      const version = named ?? liveVersion(changes)
      if (version === undefined || !existsSync(predictorPath(folder, version)))
        throw new MeritorderError(
          'not_found',
          `${version === undefined ? 'No predictor is in force' : `The predictor ${version.slice(0, 100)} is not kept here`}. Which are kept: meritorder predictors list`,
        )
      const path = predictorPath(folder, version)
      const { card, predictor } = loadPredictor(path, loadIntents(), config.embedder?.name)
      const value = {
        version,
        live: version === liveVersion(changes),
        file: path,
        fitted: card,
        models: predictor.models,
        guard: Number.isFinite(predictor.guard) ? predictor.guard : null,
        card: readCard(predictorCardPath(folder, version)),
        changes: changes.filter(({ from, to }) => from === version || to === version),
      }
      print(options, value, () => JSON.stringify(value, null, 2))
    })
}

function readCard(path: string): unknown {
  if (!existsSync(path)) return null
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return null
  }
}
