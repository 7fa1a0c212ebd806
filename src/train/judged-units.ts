import type { Policy } from '../decide/policy.ts'
import type { TrainingPart } from '../learn/evaluate/training-part.ts'
import type { Outcomes } from '../learn/outcomes.ts'
import type { ReplayedCall } from '../learn/replay/estimate.ts'
import { type AnsweredPrompt, type ByWay, byWay, type TriedCall } from '../learn/train/compare-ways.ts'
import { chooseAmong } from './choose-among.ts'
import type { LoggedCall } from './evidence.ts'
import { type Replayed, replayCall, type Trial } from './replay-call.ts'

/** Where a challenger and the champion meet: what each decides with, and what the training part says of single models. */
export interface Seat {
  readonly outcomes: Outcomes
  /** The slug of each model of the outcomes; undefined for those that nobody sells. */
  readonly slugs: readonly (string | undefined)[]
  readonly policy: Policy
  readonly challenger: Trial
  readonly champion: Trial
  readonly singles: Singles
}

/** One model for everything, by the training part. */
interface Singles {
  /** Among some models (their numbers); −1 for none. */
  best(models: readonly number[]): number
  /** The cheapest within the policy's band of the best. */
  cheapestInBand(models: readonly number[]): number
  readonly training: TrainingPart
}

/** @param band of the policy, a distance in quality */
export function singlesOf(
  training: TrainingPart,
  slugs: readonly (string | undefined)[],
  band: number,
): Singles {
  const quality = (m: number) => (Number.isNaN(training.quality[m]) ? -1 : training.quality[m]!)
  const cost = (m: number) => (Number.isNaN(training.costUsd[m]) ? Infinity : training.costUsd[m]!)
  const sold = (models: readonly number[]) => models.filter((m) => slugs[m] !== undefined)
  const best = (models: readonly number[]) =>
    sold(models).reduce((a, b) => (a < 0 || quality(b) > quality(a) ? b : a), -1)
  return {
    best,
    cheapestInBand(models) {
      const least = quality(best(models)) - band
      return sold(models)
        .filter((m) => quality(m) >= least)
        .reduce((a, b) => (a < 0 || cost(b) < cost(a) ? b : a), -1)
    },
    training,
  }
}

/** What each way's choice brought on a prompt of a file; nothing where fewer than two of its models are sold here. */
export function judgeAnswered(seat: Seat, row: number, key: string): readonly AnsweredPrompt[] {
  const { outcomes, slugs, policy, singles } = seat
  const width = outcomes.models.length
  const available = outcomes.models.flatMap((_, m) =>
    slugs[m] === undefined || Number.isNaN(outcomes.quality[row * width + m]) ? [] : [m],
  )
  if (available.length < 2) return []
  const models = available.map((m) => slugs[m]!)
  const { vector } = outcomes.texts[row]!
  const choice = (trial: Trial) => {
    const candidate = chooseAmong(outcomes.prompts[row]!, models, policy, trial, vector)
    return candidate && { m: slugs.indexOf(candidate.endpoint.model), expectedUsd: candidate.costUsd }
  }
  const challenger = choice(seat.challenger)
  const champion = choice(seat.champion)
  if (challenger === undefined || champion === undefined) return []
  const single = (m: number) => ({ m, expectedUsd: singles.training.costUsd[m] })
  const chosen = {
    challenger,
    champion,
    best_single: single(singles.best(available)),
    cheapest_in_band: single(singles.cheapestInBand(available)),
  }
  const costOf = ({ m, expectedUsd }: (typeof chosen)['champion']) => {
    const known = outcomes.costUsd[row * width + m]!
    return Number.isNaN(known) ? (expectedUsd ?? Number.NaN) : known
  }
  return [
    {
      key,
      quality: byWay((way) => outcomes.quality[row * width + chosen[way].m]!),
      costUsd: byWay((way) => costOf(chosen[way])),
    },
  ]
}

/** A recorded call beside what each way would have chosen; nothing where the champion could not decide it. */
export function judgeCall(
  seat: Seat,
  { story, row }: LoggedCall,
  replayed: Replayed,
  key: string,
): readonly TriedCall[] {
  const { outcomes, slugs, singles } = seat
  const champion = replayCall(story, seat.champion, outcomes.texts[row]!.vector)
  if (typeof champion === 'string' || replayed.quality === undefined || champion.quality === undefined)
    return []
  const all = slugs.map((_, m) => m)
  /** What was expected of that model then; its mean in the training part where that was not kept. */
  const single = (
    base: ReplayedCall,
    m: number,
    then: 'quality' | 'cost_usd',
    mean: Float64Array,
  ): ReplayedCall | undefined => {
    const slug = slugs[m]
    const recorded = story.candidates.find(({ model }) => model === slug)?.[then]
    const expected = recorded ?? mean[m]
    return slug === undefined || expected === undefined || Number.isNaN(expected)
      ? undefined
      : { ...base, chosen: slug, expectedOfChosen: expected }
  }
  const ways = (
    of: 'quality' | 'cost',
    then: 'quality' | 'cost_usd',
    mean: Float64Array,
  ): ByWay<ReplayedCall> | undefined => {
    const base = replayed[of]
    const theirs = champion[of]
    const best = base && single(base, singles.best(all), then, mean)
    const cheapest = base && single(base, singles.cheapestInBand(all), then, mean)
    if (base === undefined || theirs === undefined || best === undefined || cheapest === undefined)
      return undefined
    return { challenger: base, champion: theirs, best_single: best, cheapest_in_band: cheapest }
  }
  const quality = ways('quality', 'quality', singles.training.quality)
  if (quality === undefined) return []
  const costUsd = ways('cost', 'cost_usd', singles.training.costUsd)
  return [{ key, quality, ...(costUsd !== undefined && { costUsd }) }]
}
