/**
 * Puts the first `count` items into the order of a binary heap, the best first: taking a few of many costs less than
 * sorting all.
 *
 * @param isBefore whether one item is better than another
 */
export function heapify(items: Int32Array, count: number, isBefore: (a: number, b: number) => boolean): void {
  for (let at = (count >> 1) - 1; at >= 0; at--) siftDown(items, count, at, isBefore)
}

/** Takes the best out of a heap of `count` items, which has one item less then. */
export function takeBest(
  items: Int32Array,
  count: number,
  isBefore: (a: number, b: number) => boolean,
): number {
  const best = items[0]!
  items[0] = items[count - 1]!
  siftDown(items, count - 1, 0, isBefore)
  return best
}

function siftDown(
  items: Int32Array,
  count: number,
  from: number,
  isBefore: (a: number, b: number) => boolean,
): void {
  const item = items[from]!
  let at = from
  for (let child = 2 * at + 1; child < count; child = 2 * at + 1) {
    if (child + 1 < count && isBefore(items[child + 1]!, items[child]!)) child++
    if (!isBefore(items[child]!, item)) break
    items[at] = items[child]!
    at = child
  }
  items[at] = item
}
