/** Bins that numbers are counted into. */
const BINS = 1_024
/** More than there are numbers; times one it stays exact in a float64. */
const PLACES = 2 ** 22

/**
 * Places of the `most` largest of up to four million whole numbers above 0, largest first, of equals the first. Counting them into bins
 * tells which few can be among them; only these are sorted.
 */
export function largest(numbers: Int32Array, most: number): readonly number[] {
  const bits = 32 - Math.clz32(highest(numbers))
  const shift = Math.max(0, bits - Math.log2(BINS))
  const bins = new Int32Array(BINS)
  for (let i = 0; i < numbers.length; i++) if (numbers[i]! > 0) bins[numbers[i]! >> shift]!++
  let bin = BINS - 1
  let count = bins[bin]!
  while (bin > 0 && count < most) count += bins[--bin]!
  const least = Math.max(1, bin << shift)
  /** A number and its place in one float64, so that of equals the earlier is the larger. */
  const keys = new Float64Array(count)
  for (let i = 0, at = 0; i < numbers.length; i++)
    if (numbers[i]! >= least) keys[at++] = numbers[i]! * PLACES - i
  keys.sort()
  return Array.from({ length: Math.min(most, count) }, (_, rank) => {
    const key = keys[count - 1 - rank]!
    return Math.ceil(key / PLACES) * PLACES - key
  })
}

function highest(numbers: Int32Array): number {
  let most = 0
  for (let i = 0; i < numbers.length; i++) if (numbers[i]! > most) most = numbers[i]!
  return most
}
