import { type Artifacts, findPredictor, type PredictorFound } from '../artifacts.ts'
import { watchFile } from '../config/reload.ts'
import type { Config } from '../config/schema.ts'
import { asMeritorderError } from '../errors.ts'
import { predictorLogPath } from '../learned/predictor-store.ts'
import type { Log } from '../telemetry/log.ts'
import type { FollowedKeys } from './followed-keys.ts'
import type { LiveRules } from './live-rules.ts'

/** The file of the configuration, and how to read it again. */
export interface WatchedConfig {
  readonly path: string
  readonly load: () => Config
}

interface Watcher {
  close(): void
}

/** Hot reload: a changed file is put in force, a broken one is reported and changes nothing. */
export function followConfig(
  { path, load }: WatchedConfig,
  rules: LiveRules,
  keys: FollowedKeys,
  log: Log,
): Watcher {
  return watchFile({
    path,
    load: () => rules.apply(load()),
    onChange: () => {
      keys.refresh()
      log.info(
        { path },
        'the changed configuration is in force; server.host, server.port, timeouts, embedder and where records are kept wait for a restart',
      )
    },
    onError: (error) =>
      log.error(
        { path, problem: asMeritorderError(error).message },
        'the changed configuration is broken; the old one stays in force',
      ),
  })
}

/** Whichever version is promoted or rolled back to is put in force at once; what cannot be used is reported, and the ratings alone decide. */
export function followPredictor(
  config: Config,
  rules: LiveRules,
  { intents, predictor: first }: Artifacts,
  log: Log,
): Watcher {
  const { data_folder: dataFolder } = config.record
  const path = predictorLogPath(dataFolder)
  const tell = ({ predictor, refusal }: PredictorFound) => {
    if (refusal !== undefined) log.warn({ path, problem: refusal.message }, 'the predictor is not used')
    else if (predictor !== undefined)
      log.info({ path, version: predictor.version }, 'the predictor is in force')
    else if (rules.current.space !== undefined) log.info({ path }, 'no predictor is in force any more')
  }
  tell(first)
  return watchFile({
    path,
    load: () => findPredictor(dataFolder, intents, config.embedder?.name),
    onChange: (found) => {
      tell(found)
      rules.learn(found.predictor)
    },
    onError: (error) =>
      log.error({ path, problem: asMeritorderError(error).message }, 'the predictor cannot be read'),
  })
}
