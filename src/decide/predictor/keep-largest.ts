/** What is largest of all that was offered. */
export interface Kept {
  /** A whole number above 0 and what it belongs to; others are left out. */
  offer(value: number, owner: number): void
  /** Largest first, of equals the one offered first. */
  sorted(): readonly { readonly value: number; readonly owner: number }[]
}

/** Offers that can be told apart. */
const RANKS = 2 ** 32

/**
 * Keeps the `most` largest of many numbers in a heap whose root is the smallest kept. A number and its rank among the
 * offers that were taken share a float64, so that of equals the earlier counts as the larger.
 */
export function keepLargest(most: number): Kept {
  const heap = new Float64Array(most)
  const owners: number[] = []
  return {
    offer(value, owner) {
      const key = value * RANKS - owners.length
      if (value <= 0 || key <= heap[0]!) return
      owners.push(owner)
      replaceRoot(heap, key)
    },
    sorted() {
      const keys = heap.filter((key) => key > 0).sort()
      return Array.from(keys.reverse(), (key) => {
        const value = Math.ceil(key / RANKS)
        return { value, owner: owners[value * RANKS - key]! }
      })
    },
  }
}

function replaceRoot(heap: Float64Array, key: number): void {
  let place = 0
  for (;;) {
    let child = 2 * place + 1
    if (child >= heap.length) break
    if (child + 1 < heap.length && heap[child + 1]! < heap[child]!) child++
    if (heap[child]! >= key) break
    heap[place] = heap[child]!
    place = child
  }
  heap[place] = key
}
