/** How often each name was met: prompts by their intents. */
export type Counts = ReadonlyMap<string, number>

/** The mix of names has shifted. */
export interface MixDrift {
  /** Share of all that moved from some names to others, 0..1 (total variation distance). */
  readonly moved: number
  /** The names that gained or lost most, at most five. */
  readonly shifts: readonly { readonly name: string; readonly before: number; readonly since: number }[]
}

/** A shift is told where chance would give it once in some 20,000 windows, and where it moves so much. */
const DEVIATIONS = 4
const LEAST_MOVED = 0.1
const SHOWN = 5

/**
 * Compares the mix of names in a window with that in a reference: Pearson's χ² of the two as samples of one mix, names
 * that are met less than five times counted together. Undefined where the mixes are alike enough for chance, or too
 * few were met.
 */
export function mixDrift(reference: Counts, window: Counts): MixDrift | undefined {
  const [before, since] = [total(reference), total(window)]
  if (before === 0 || since === 0) return undefined
  const names = [...new Set([...reference.keys(), ...window.keys()])].sort()
  const cells: [number, number][] = []
  let rare: [number, number] = [0, 0]
  for (const name of names) {
    const cell: [number, number] = [reference.get(name) ?? 0, window.get(name) ?? 0]
    const expected = ((cell[0] + cell[1]) * Math.min(before, since)) / (before + since)
    if (expected >= LEAST_EXPECTED) cells.push(cell)
    else rare = [rare[0] + cell[0], rare[1] + cell[1]]
  }
  if (rare[0] + rare[1] > 0) cells.push(rare)
  const freedom = cells.length - 1
  if (freedom < 1) return undefined
  const squares = chiSquare(cells, before, since)
  const shares = names.map((name) => ({
    name,
    before: (reference.get(name) ?? 0) / before,
    since: (window.get(name) ?? 0) / since,
  }))
  const moved = shares.reduce((sum, share) => sum + Math.abs(share.since - share.before), 0) / 2
  if (normalScore(squares, freedom) < DEVIATIONS || moved < LEAST_MOVED) return undefined
  const order = shares.sort((a, b) => Math.abs(b.since - b.before) - Math.abs(a.since - a.before))
  return { moved, shifts: order.slice(0, SHOWN) }
}

const LEAST_EXPECTED = 5

function chiSquare(cells: readonly [number, number][], before: number, since: number): number {
  let sum = 0
  for (const [a, b] of cells) {
    const expectedA = ((a + b) * before) / (before + since)
    const expectedB = a + b - expectedA
    sum += (a - expectedA) ** 2 / expectedA + (b - expectedB) ** 2 / expectedB
  }
  return sum
}

/** χ² in standard deviations of the normal distribution that its cube root nearly has (Wilson and Hilferty 1931). */
function normalScore(squares: number, freedom: number): number {
  const spread = 2 / (9 * freedom)
  return (Math.cbrt(squares / freedom) - (1 - spread)) / Math.sqrt(spread)
}

function total(counts: Counts): number {
  let sum = 0
  for (const count of counts.values()) sum += count
  return sum
}
