import { lastFalls } from '../learn/drift/last-falls.ts'
import type { Story } from './replay-call.ts'

/** Why an answer that nobody gets here teaches nothing: both complete "each call …". */
export const IS_SIMULATED = 'was answered by a simulated provider, and this market is a real one'
export const BEFORE_FALL = 'is of a model from before it began to answer worse'

/** A rated call as the drift of its model is looked for in it. */
export interface RatedStory {
  readonly at: number
  readonly story: Story
  /** 0..1 */
  readonly quality: number
}

/**
 * When models began to answer worse, by rated calls, epoch ms: each rating is held against what was predicted when the
 * call was decided, without what online learning had added.
 *
 * @param calls oldest first
 */
export function fallsIn(calls: readonly RatedStory[]): ReadonlyMap<string, number> {
  return lastFalls(
    calls.flatMap(({ at, quality, story: { model, candidates, artifact = '' } }) => {
      const then = candidates.find((candidate) => candidate.model === model)
      if (model === null || then?.quality == null) return []
      const predicted = then.quality - (then.experience?.shift ?? 0)
      return [{ model, at, predicted, quality, predictor: artifact }]
    }),
  )
}
