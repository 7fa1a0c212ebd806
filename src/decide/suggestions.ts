/** Longest name that is compared; longer ones are cut, so that the cost stays bounded. */
const LONGEST = 100

/**
 * The names closest to a misspelled one by edit distance (insert, delete, replace), nearest first, ties by name.
 * A name counts with its author and without, whichever is nearer; names further than a third of the letters are left out.
 * At most |names| × 100 × the allowed distance steps.
 */
export function closestNames(misspelled: string, names: readonly string[], count: number): readonly string[] {
  const wanted = misspelled.slice(0, LONGEST).toLowerCase()
  const allowed = Math.max(2, Math.floor(wanted.length / 3))
  const found: { name: string; distance: number }[] = []
  for (const name of names) {
    const lower = name.slice(0, LONGEST).toLowerCase()
    const short = lower.slice(lower.indexOf('/') + 1)
    const distance = Math.min(editDistance(wanted, lower, allowed), editDistance(wanted, short, allowed))
    if (distance <= allowed) found.push({ name, distance })
  }
  found.sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
  return found.slice(0, count).map(({ name }) => name)
}

/** Levenshtein distance of two strings, or `limit + 1` as soon as it must exceed `limit`. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1
  let above = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = new Array<number>(b.length + 1).fill(limit + 1)
    if (i <= limit) row[0] = i
    let least = row[0]!
    for (let j = Math.max(1, i - limit); j <= Math.min(b.length, i + limit); j++) {
      const replaced = above[j - 1]! + (a.charCodeAt(i - 1) === b.charCodeAt(j - 1) ? 0 : 1)
      row[j] = Math.min(replaced, above[j]! + 1, row[j - 1]! + 1)
      least = Math.min(least, row[j]!)
    }
    if (least > limit) return limit + 1
    above = row
  }
  return above[b.length]!
}
