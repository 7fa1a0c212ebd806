import { basename } from 'node:path'
import { watchFile } from './config/reload.ts'
import { loadOwnIntents, ownIntentsPath } from './own-intents-store.ts'
import type { Log } from './telemetry/log.ts'
import type { IntentArtifact } from './understand/artifact.ts'
import type { OwnIntents } from './understand/own-intents.ts'

/** The intents in force: the shipped ones, and what the user adds while the gateway runs. */
export interface LiveIntents {
  readonly current: IntentArtifact
  close(): void
}

export interface LiveIntentsOptions {
  readonly shipped: IntentArtifact
  /** A folder that exists. */
  readonly dataFolder: string
  readonly log: Log
}

/**
 * Follows the file of own intents. One that cannot be used is reported and changes nothing; at the start that means
 * the shipped intents alone, because calls can be served without own ones.
 */
export function followOwnIntents({ shipped, dataFolder, log }: LiveIntentsOptions): LiveIntents {
  const path = ownIntentsPath(dataFolder)
  let current = shipped
  const load = () => loadOwnIntents(dataFolder)
  const putInForce = (own: OwnIntents | undefined) => {
    current = own === undefined ? shipped : { ...shipped, own }
  }
  const onError = (error: unknown) =>
    log.error(
      { path, problem: error instanceof Error ? error.message : String(error) },
      'own intents cannot be used',
    )
  try {
    putInForce(load())
  } catch (error) {
    onError(error)
  }
  const watcher = watchFile({
    path,
    load,
    onChange: (own) => {
      putInForce(own)
      log.info({ path, intents: own?.names ?? [] }, `${basename(path)} has changed and is in force`)
    },
    onError,
  })
  return {
    get current() {
      return current
    },
    close: () => watcher.close(),
  }
}
