import type { Comparisons } from './comparisons.ts'

/** The models in groups that comparisons connect, directly or through others; the largest group first. */
export function metGroups({ models, a, b }: Comparisons): readonly (readonly string[])[] {
  const leader = Int32Array.from(models.keys())
  const leaderOf = (model: number): number => {
    let at = model
    while (leader[at] !== at) {
      leader[at] = leader[leader[at]!]!
      at = leader[at]!
    }
    return at
  }
  for (const [row, first] of a.entries()) leader[leaderOf(first)] = leaderOf(b[row]!)
  const groups = Map.groupBy(models.keys(), leaderOf)
  return [...groups.values()].sort((x, y) => y.length - x.length).map((group) => group.map((m) => models[m]!))
}
