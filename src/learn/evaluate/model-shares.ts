/** How much of the prompts a model gets, 0..1. */
export interface ModelShare {
  readonly model: string
  readonly share: number
}

/** How the models share the prompts, largest first, from the number of the model chosen for each prompt. */
export function modelShares(models: readonly string[], chosen: readonly number[]): readonly ModelShare[] {
  const counts = new Map<number, number>()
  for (const m of chosen) counts.set(m, (counts.get(m) ?? 0) + 1)
  return [...counts]
    .map(([m, count]) => ({ model: models[m]!, share: count / chosen.length }))
    .sort((a, b) => b.share - a.share || (a.model < b.model ? -1 : 1))
}
