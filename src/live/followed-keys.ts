import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { keyStorePath } from '../config/key-store.ts'
import { watchFile } from '../config/reload.ts'
import { asMeritorderError } from '../errors.ts'
import type { Log } from '../telemetry/log.ts'
import type { LiveRules } from './live-rules.ts'

/** Follows the key store and the files that keys were read from; `refresh` after the configuration has changed. */
export interface FollowedKeys {
  refresh(): void
  close(): void
}

/** A changed key is used for the next call; one that cannot be read is reported, and the old ones stay in use. */
export function followKeys(rules: LiveRules, log: Log): FollowedKeys {
  const watched = new Map<string, { close(): void }>()
  const follow = (path: string) =>
    watchFile({
      path,
      load: () => rules.apply(rules.current.config),
      onChange: () => {
        log.info({ path }, 'the changed keys are in use')
        followed.refresh()
      },
      onError: (error) =>
        log.error({ path, problem: asMeritorderError(error).message }, 'the changed keys cannot be used'),
    })
  const followed: FollowedKeys = {
    refresh() {
      const { config } = rules.current
      const wanted = new Set([keyStorePath(config.record.data_folder), ...rules.market.keyFiles])
      for (const [path, watcher] of watched)
        if (!wanted.has(path)) {
          watcher.close()
          watched.delete(path)
        }
      for (const path of wanted)
        if (!watched.has(path) && existsSync(dirname(path))) watched.set(path, follow(path))
    },
    close() {
      for (const watcher of watched.values()) watcher.close()
    },
  }
  followed.refresh()
  return followed
}
