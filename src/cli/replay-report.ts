import type { LeftOut } from '../learn/import/left-out.ts'
import { conclude } from '../learn/replay/conclusion.ts'
import { type Estimate, estimateReplay, type ReplayedCall } from '../learn/replay/estimate.ts'
import type { Replayed } from '../train/replay-call.ts'

/** What `replay --json` prints; docs/replay.md documents every field. */
export type ReplayReport = ReturnType<typeof replayReport>

/** Puts the replayed calls together. */
export function replayReport(policy: string, replayed: readonly Replayed[], leftOut: readonly LeftOut[]) {
  const costs = replayed.flatMap(({ cost }) => cost ?? [])
  const qualities = replayed.flatMap(({ quality }) => quality ?? [])
  return {
    policy,
    calls: replayed.length,
    same_choice: replayed.filter(({ chosen, logged }) => chosen === logged).length,
    models: sharesOf(replayed),
    quality: measure(qualities, 'quality', true),
    cost: measure(costs, 'cost', false),
    left_out: leftOut,
  }
}

function measure(calls: readonly ReplayedCall[], what: string, isGoodWhenHigh: boolean) {
  if (calls.length === 0) return null
  const replay = estimateReplay(calls)
  return {
    calls: replay.calls,
    logged: interval(replay.logged),
    direct: interval(replay.direct),
    inverse_propensity: interval(replay.inversePropensity),
    doubly_robust: interval(replay.doublyRobust),
    difference: interval(replay.difference),
    effective_calls: replay.effectiveCalls,
    overlap: interval(replay.overlap),
    ...conclude(replay, what, isGoodWhenHigh),
  }
}

/** JSON has no NaN: what cannot be estimated is null. */
function interval({ mean, low, high }: Estimate) {
  return Number.isNaN(mean) ? null : { mean, low, high }
}

/** How many calls went to each model, and how many would have gone there; most wanted first. */
function sharesOf(replayed: readonly Replayed[]) {
  const counts = new Map<string, { logged: number; on_trial: number }>()
  const of = (model: string) => {
    const count = counts.get(model) ?? { logged: 0, on_trial: 0 }
    counts.set(model, count)
    return count
  }
  for (const { logged, chosen } of replayed) {
    of(logged).logged++
    of(chosen).on_trial++
  }
  return Array.from(counts, ([model, count]) => ({ model, ...count })).sort(
    (a, b) => b.on_trial - a.on_trial || b.logged - a.logged,
  )
}
