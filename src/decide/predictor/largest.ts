/** Bins that numbers are counted into. */
const BINS = 1_024
/** More than there are numbers; times one it stays exact in a float64. */
const PLACES = 2 ** 22
/** As many numbers as are sorted by insertion, which is quick where they are nearly sorted. */
const INSERTED = 256

/** Reused from call to call. */
const bins = new Int32Array(BINS)

/**
 * Places of the `most` largest of up to four million whole numbers above 0, largest first, of equals the first. Counting them into bins
 * tells which few can be among them, and puts these nearly in order.
 */
export function largest(numbers: Int32Array, most: number): readonly number[] {
  const bits = 32 - Math.clz32(highest(numbers))
  const shift = Math.max(0, bits - Math.log2(BINS))
  bins.fill(0)
  for (let i = 0; i < numbers.length; i++) if (numbers[i]! > 0) bins[numbers[i]! >> shift]!++
  // Each bin's count becomes the place where it begins, the highest bin first.
  let bin = BINS
  let count = 0
  while (bin > 0 && count < most) {
    const own = bins[--bin]!
    bins[bin] = count
    count += own
  }
  const least = Math.max(1, bin << shift)
  /** A number and its place in one float64, so that of equals the earlier is the larger. */
  const keys = new Float64Array(count)
  for (let i = 0; i < numbers.length; i++) {
    const number = numbers[i]!
    if (number >= least) keys[bins[number >> shift]!++] = number * PLACES - i
  }
  if (count > INSERTED) keys.sort().reverse()
  else insertionSort(keys)
  const places = new Array<number>(Math.min(most, count))
  for (let rank = 0; rank < places.length; rank++) {
    const key = keys[rank]!
    places[rank] = Math.ceil(key / PLACES) * PLACES - key
  }
  return places
}

/** The largest first. */
function insertionSort(keys: Float64Array): void {
  for (let i = 1; i < keys.length; i++) {
    const key = keys[i]!
    let at = i
    for (; at > 0 && keys[at - 1]! < key; at--) keys[at] = keys[at - 1]!
    keys[at] = key
  }
}

function highest(numbers: Int32Array): number {
  let most = 0
  for (let i = 0; i < numbers.length; i++) if (numbers[i]! > most) most = numbers[i]!
  return most
}
