/** What happens next, in the order of its time. */
export interface Agenda {
  add(at: number, act: () => void): void
  /** Lets everything happen that is on it, and what is added meanwhile. */
  run(): void
}

interface Entry {
  readonly at: number
  /** Entries of the same time happen in the order in which they were added. */
  readonly turn: number
  readonly act: () => void
}

/** A binary heap of what is to happen. */
export function createAgenda(): Agenda {
  const heap: Entry[] = []
  let turns = 0
  return {
    add(at, act) {
      heap.push({ at, turn: turns++, act })
      rise(heap, heap.length - 1)
    },
    run() {
      for (let first = heap[0]; first !== undefined; first = heap[0]) {
        const last = heap.pop()!
        if (heap.length > 0) {
          heap[0] = last
          sink(heap)
        }
        first.act()
      }
    },
  }
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.at < b.at || (a.at === b.at && a.turn < b.turn)
}

function rise(heap: Entry[], from: number): void {
  for (let i = from; i > 0; ) {
    const above = (i - 1) >> 1
    if (!isBefore(heap[i]!, heap[above]!)) return
    swap(heap, i, above)
    i = above
  }
}

function sink(heap: Entry[]): void {
  for (let i = 0; ; ) {
    let least = i
    for (const below of [2 * i + 1, 2 * i + 2])
      if (below < heap.length && isBefore(heap[below]!, heap[least]!)) least = below
    if (least === i) return
    swap(heap, i, least)
    i = least
  }
}

function swap(heap: Entry[], a: number, b: number): void {
  const held = heap[a]!
  heap[a] = heap[b]!
  heap[b] = held
}
