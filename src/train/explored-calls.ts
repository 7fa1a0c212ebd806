import type { ExploredCall } from '../learn/predictor/guard.ts'
import type { Evidence } from './evidence.ts'
import { qualityOf } from './rated-call.ts'

/**
 * The recorded calls on some rows of the evidence that were chosen with a known probability among models that it knows.
 *
 * @param rows calls name their rows by the places in here
 */
export function exploredCalls(
  { outcomes, calls }: Evidence,
  rows: readonly number[],
): readonly ExploredCall[] {
  const places = new Map(rows.map((row, place) => [row, place]))
  const columns = new Map(outcomes.models.map((model, m) => [model, m]))
  return calls.flatMap(({ row, story }): ExploredCall[] => {
    const { strategy, propensity, candidates, ratings } = story
    const place = places.get(row)
    const quality = qualityOf(ratings)
    const model = columns.get(story.model ?? '')
    const wasChosen = strategy === 'auto' && candidates[0]?.model === story.model
    if (place === undefined || quality === undefined || model === undefined || !wasChosen) return []
    if (!(propensity > 0 && propensity <= 1)) return []
    const available = new Set(candidates.flatMap((candidate) => columns.get(candidate.model) ?? []))
    return [{ row: place, model, propensity, quality, available: [...available] }]
  })
}
