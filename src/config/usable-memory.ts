import { totalmem } from 'node:os'
import process from 'node:process'

/** Bytes that this process may fill: those of its container where it has a limit, else of the machine. */
export function usableMemory(): number {
  const limit = process.constrainedMemory()
  // Without a limit the kernel says 0, or a number larger than any machine.
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem()
}
