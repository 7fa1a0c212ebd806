import { watch } from 'node:fs'
import { basename, dirname } from 'node:path'

/** Long enough for an editor to finish a save of several steps; ms. */
const SETTLE_MS = 100

/** A mounted ConfigMap changes by swapping this link, and the file's own name never shows. */
const KUBERNETES_SWAP = '..data'

export interface WatchOptions<Loaded> {
  /** Absolute path of the file; its folder must exist. */
  readonly path: string
  /** Reads and validates the file; throws when it is broken. */
  readonly load: () => Loaded
  /** Called with what every valid change left. */
  readonly onChange: (loaded: Loaded) => void
  /** Called once for each different fault. */
  readonly onError: (error: unknown) => void
}

/**
 * Hot reload: calls `onChange` after each save that leaves a valid file. The folder is watched rather than the
 * file, so that editors which write a new file and rename it over the old one are followed.
 */
export function watchFile<Loaded>(options: WatchOptions<Loaded>): { close(): void } {
  const { path, load, onChange, onError } = options
  let lastFault = ''
  let timer: NodeJS.Timeout | undefined

  const reload = () => {
    let loaded: Loaded
    try {
      loaded = load()
    } catch (error) {
      const fault = String(error)
      if (fault !== lastFault) onError(error)
      lastFault = fault
      return
    }
    lastFault = ''
    onChange(loaded)
  }

  const watcher = watch(dirname(path), { persistent: false }, (_, changed) => {
    if (changed !== null && changed !== basename(path) && changed !== KUBERNETES_SWAP) return
    clearTimeout(timer)
    timer = setTimeout(reload, SETTLE_MS)
  })
  watcher.on('error', onError)
  return {
    close() {
      clearTimeout(timer)
      watcher.close()
    },
  }
}
