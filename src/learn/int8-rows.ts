/** Int8 steps from nothing to the largest number of a row. */
const STEPS = 127

/**
 * Writes numbers as a row of int8 steps of one size.
 *
 * @returns what a step is worth; 0 for a row of zeros, which is left as it is
 */
export function roundRow(values: Float32Array | Float64Array, into: Int8Array, row: number): number {
  let largest = 0
  for (const value of values) largest = Math.max(largest, Math.abs(value))
  const scale = Math.fround(largest / STEPS)
  if (scale === 0) return 0
  const at = row * values.length
  for (let d = 0; d < values.length; d++) into[at + d] = Math.round(values[d]! / scale)
  return scale
}
