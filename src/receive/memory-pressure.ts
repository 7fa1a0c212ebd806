import process from 'node:process'
import { getHeapStatistics } from 'node:v8'
import { usableMemory } from '../config/usable-memory.ts'

/** Memory in use and what there is of it, bytes. */
export interface MemoryReading {
  readonly heapUsed: number
  readonly heapLimit: number
  /** All that the process holds, buffers included. */
  readonly resident: number
  readonly usable: number
}

export interface MemoryPressure {
  /** True while there is no room for more calls. */
  isTight(): boolean
  close(): void
}

/** Reading takes some 30 µs. */
const EVERY_MS = 250
/**
 * What is in use includes garbage until it is collected; the least of these readings, 2 s, is about what is really held,
 * for near its limit V8 collects far more often than that.
 */
const READINGS = 8
const FULL = 0.85

/**
 * Watches the heap and the resident memory: tight is when either has been over 85 % of its limit for two seconds. It is the last
 * resort behind the limits on calls and bodies, for what these cannot foresee.
 */
export function watchMemory(read: () => MemoryReading = readMemory): MemoryPressure {
  const shares = new Float64Array(READINGS)
  let next = 0
  const timer = setInterval(() => {
    const { heapUsed, heapLimit, resident, usable } = read()
    shares[next] = Math.max(heapUsed / heapLimit, resident / usable)
    next = (next + 1) % READINGS
  }, EVERY_MS).unref()
  return {
    isTight: () => shares.every((share) => share > FULL),
    close: () => clearInterval(timer),
  }
}

const usable = usableMemory()

function readMemory(): MemoryReading {
  const { used_heap_size: heapUsed, heap_size_limit: heapLimit } = getHeapStatistics()
  return { heapUsed, heapLimit, resident: process.memoryUsage.rss(), usable }
}
