import type { KeyRing } from '../src/dispatch/key-ring.ts'

/** The same key for every provider, whatever it is told; none where they need none. */
export function oneKey(key: string | undefined): KeyRing {
  const keys = key === undefined ? [] : [key]
  return { keysOf: () => keys, began: () => {}, refused: () => {}, accepted: () => {} }
}
