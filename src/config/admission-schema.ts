import { getHeapStatistics } from 'node:v8'
import { z } from 'zod'
import { usableMemory } from './usable-memory.ts'

/** The section `admission`: how much is served at once. What is left out follows from the memory there is. */
export const admissionSchema = z.strictObject({
  max_calls: z
    .int()
    .min(1)
    .max(100_000)
    .optional()
    .describe('Calls served at once. Default: by the memory there is, from 64 to 4096.'),
  max_waiting: z
    .int()
    .min(0)
    .max(100_000)
    .optional()
    .describe('Calls that may wait for others to end. Default: as many as max_calls.'),
  max_wait_ms: z
    .int()
    .min(0)
    .max(600_000)
    .default(10_000)
    .describe('Longest that a call waits before it is refused. Milliseconds.'),
  max_held_bytes: z
    .int()
    .min(1_024)
    .optional()
    .describe(
      'Bodies of all calls served at once, in bytes; at least one of server.max_body_bytes is always taken. Default: by the memory there is.',
    ),
})

/** The limits in force: no part is left open. */
export interface AdmissionLimits {
  readonly max_calls: number
  readonly max_waiting: number
  readonly max_wait_ms: number
  readonly max_held_bytes: number
}

/** Memory that follows a call around: two connections with their buffers, a stream's state, the record in the making. */
const BYTES_PER_CALL = 256 * 1024
const FEWEST_CALLS = 64
const MOST_CALLS = 4096

/**
 * Fills in what the file leaves out. Calls get a quarter of the heap or an eighth of all memory, whichever is less, at 256 KB
 * each; bodies half as much, because each is held several times over: as bytes, as text, parsed, as sent, and in the record.
 *
 * @param largestBody bytes; one body of this size is always taken
 */
export function admissionLimits(
  { max_calls, max_waiting, max_wait_ms, max_held_bytes }: z.output<typeof admissionSchema>,
  largestBody: number,
  memory: { readonly heap: number; readonly usable: number } = memoryHere(),
): AdmissionLimits {
  const room = Math.min(memory.heap / 4, memory.usable / 8)
  const byMemory = Math.min(Math.max(Math.round(room / BYTES_PER_CALL), FEWEST_CALLS), MOST_CALLS)
  const calls = max_calls ?? byMemory
  return {
    max_calls: calls,
    max_waiting: max_waiting ?? calls,
    max_wait_ms,
    max_held_bytes: Math.max(max_held_bytes ?? Math.round(room / 2), largestBody),
  }
}

function memoryHere() {
  return { heap: getHeapStatistics().heap_size_limit, usable: usableMemory() }
}
