/** Text is counted in slices: no word, however long and odd, makes the tokenizer slow. A cut costs a token at most. */
const SLICE = 4_096
/** So many slices of a longer text stand for all of it. */
const SLICES = 16

/** What of a text is counted, and by how much the count is then multiplied. */
export interface TokenSlices {
  readonly slices: readonly string[]
  readonly factor: number
}

/** All of a text of up to 64 Ki characters; of a longer one as much, in slices spread evenly over it. */
export function tokenSlices(text: string): TokenSlices {
  const all = Math.ceil(text.length / SLICE)
  if (all <= SLICES)
    return {
      slices: Array.from({ length: all }, (_, i) => text.slice(i * SLICE, (i + 1) * SLICE)),
      factor: 1,
    }
  const step = (text.length - SLICE) / (SLICES - 1)
  const slices = Array.from({ length: SLICES }, (_, i) => {
    const start = Math.floor(i * step)
    return text.slice(start, start + SLICE)
  })
  return { slices, factor: text.length / (SLICE * SLICES) }
}
