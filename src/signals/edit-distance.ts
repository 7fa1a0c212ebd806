/** What is left of two texts without their common ends may be so long, characters: some 10 ms. */
const LONGEST = 2_000

/**
 * How much of a text was changed, 0 (nothing) to 1 (all): Levenshtein's distance by the longer one's length, in UTF-16 units.
 * Undefined where what differs is too long to be compared in passing.
 */
export function editDistance(before: string, after: string): number | undefined {
  const longer = Math.max(before.length, after.length)
  if (longer === 0) return 0
  let start = 0
  while (start < before.length && before[start] === after[start]) start++
  let [beforeEnd, afterEnd] = [before.length, after.length]
  while (beforeEnd > start && afterEnd > start && before[beforeEnd - 1] === after[afterEnd - 1]) {
    beforeEnd--
    afterEnd--
  }
  const [one, other] = [before.slice(start, beforeEnd), after.slice(start, afterEnd)]
  if (one.length > LONGEST || other.length > LONGEST) return undefined
  return levenshtein(one, other) / longer
}

/** Wagner and Fischer's table, a row at a time. */
function levenshtein(one: string, other: string): number {
  const row = Uint16Array.from({ length: other.length + 1 }, (_, j) => j)
  for (let i = 1; i <= one.length; i++) {
    let diagonal = row[0]!
    row[0] = i
    for (let j = 1; j <= other.length; j++) {
      const substituted = diagonal + Number(one.charCodeAt(i - 1) !== other.charCodeAt(j - 1))
      diagonal = row[j]!
      row[j] = Math.min(substituted, diagonal + 1, row[j - 1]! + 1)
    }
  }
  return row[other.length]!
}
