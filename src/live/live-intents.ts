import { watchFile } from '../config/reload.ts'
import { asMeritorderError } from '../errors.ts'
import { findOwnIntents, type OwnIntentsFound, ownIntentsPath } from '../learned/own-intents-store.ts'
import type { Log } from '../telemetry/log.ts'
import type { IntentArtifact } from '../understand/artifact.ts'

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
 * Follows the file of own intents. One that cannot be used is reported and changes nothing: at the start that means the
 * shipped intents alone.
 */
export function followOwnIntents({ shipped, dataFolder, log }: LiveIntentsOptions): LiveIntents {
  const path = ownIntentsPath(dataFolder)
  let current = shipped
  const putInForce = ({ own, refusal }: OwnIntentsFound) => {
    if (refusal !== undefined) {
      log.warn({ path, problem: refusal.message }, 'own intents are not used')
    } else if (own !== undefined || current.own !== undefined) {
      current = own === undefined ? shipped : { ...shipped, own }
      log.info({ path, intents: own?.names ?? [] }, 'own intents are in force')
    }
  }
  const load = () => findOwnIntents(dataFolder)
  putInForce(load())
  const watcher = watchFile({
    path,
    load,
    onChange: putInForce,
    onError: (error) =>
      log.error({ path, problem: asMeritorderError(error).message }, 'own intents cannot be read'),
  })
  return {
    get current() {
      return current
    },
    close: () => watcher.close(),
  }
}
