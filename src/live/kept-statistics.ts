import { join } from 'node:path'
import type { HealthBoard } from '../market/health.ts'
import { readStatistics, writeStatistics } from '../market/statistics-file.ts'
import type { Log } from '../telemetry/log.ts'

/** How often what is known of endpoints is written down, ms: a killed gateway forgets no more than this. */
const SAVE_EVERY_MS = 60_000

export interface KeptStatistics {
  /** Writes down what is known now; resolves also when it cannot be, which is logged. */
  save(): Promise<void>
  /** Saves once more and stops. */
  close(): Promise<void>
}

export interface KeptStatisticsOptions {
  readonly health: HealthBoard
  readonly dataFolder: string
  readonly log: Log
  /** Epoch ms. */
  readonly now: () => number
}

/**
 * Gives the board what was known of endpoints before a restart, so that a dead host is not tried first again, and writes
 * it down from now on. A file that cannot be used is reported and costs nothing but what it knew. Every gateway has
 * its own: what replicas see of a host is not the same.
 */
export function keepStatistics({ health, dataFolder, log, now }: KeptStatisticsOptions): KeptStatistics {
  const path = join(dataFolder, 'statistics.json')
  try {
    const kept = readStatistics(path)
    // A clock that was set back meanwhile: no time has passed, as far as anybody knows.
    if (kept !== undefined) health.restore(kept.endpoints, Math.max(0, now() - kept.savedAt))
  } catch (error) {
    log.warn({ path, problem: messageOf(error) }, 'what was known of endpoints before is not used')
  }
  let running: Promise<void> | undefined
  const write = async () => {
    try {
      await writeStatistics(path, now(), health.snapshot())
    } catch (error) {
      log.warn({ path, problem: messageOf(error) }, 'what is known of endpoints cannot be written down')
    }
  }
  const save = () => {
    running ??= write().finally(() => {
      running = undefined
    })
    return running
  }
  const timer = setInterval(save, SAVE_EVERY_MS).unref()
  return {
    save,
    async close() {
      clearInterval(timer)
      await running
      await save()
    },
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
