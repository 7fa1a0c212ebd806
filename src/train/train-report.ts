import type { Interval } from '../learn/evaluate/bootstrap.ts'
import type { Replay } from '../learn/replay/estimate.ts'
import { byWay, type HeldOut } from '../learn/train/compare-ways.ts'
import type { TrialVerdict } from '../learn/train/verdict.ts'
import type { PredictorCard } from '../learned/predictor-file.ts'
import type { Evidence } from './evidence.ts'
import type { TrainJob } from './train.ts'
import type { TrialFindings } from './trial.ts'

/** What becomes of the new version, and why. */
export interface Decided {
  readonly verdict: TrialVerdict['kind'] | 'same'
  readonly promotes: boolean
  /** Sentences for people. */
  readonly why: readonly string[]
}

interface Trained {
  readonly job: TrainJob
  readonly version: string
  readonly champion: string | undefined
  readonly card: PredictorCard
  /** Undefined: the version is in force already. */
  readonly findings: TrialFindings | undefined
  readonly decided: Decided
  readonly evidence: Evidence
}

/** What `train --json` prints; docs/json-output.md documents every field. */
export type TrainReport = ReturnType<typeof trainReport>

/** Puts together what a training did. */
export function trainReport({ job, version, champion, card, findings, decided, evidence }: Trained) {
  return {
    version,
    parent: champion ?? null,
    verdict: decided.verdict,
    promoted: decided.promotes,
    live: decided.promotes ? version : (champion ?? null),
    kept: !job.dryRun,
    why: decided.why,
    fitted: card,
    models: evidence.outcomes.models,
    held_out: null,
    replay: null,
    ...(findings !== undefined && trialJson(findings)),
    left_out: evidence.leftOut,
    comparisons_left_out: evidence.comparisonsLeftOut,
  }
}

/** The trial of a version, as its card keeps it. */
export function trialJson({
  verdict,
  comparison: { heldOut, withoutCalls },
  replay,
  leftOut,
}: TrialFindings) {
  return {
    trial: verdict.kind,
    trial_why: verdict.why,
    held_out: heldOut === undefined ? null : heldOutJson(heldOut),
    without_calls: withoutCalls ?? null,
    replay:
      replay === undefined
        ? null
        : {
            calls: replay.calls,
            quality: { ...replayJson(replay.measured.quality), ...replay.quality },
            cost: { ...(replay.measured.cost && replayJson(replay.measured.cost)), ...replay.cost },
          },
    not_replayed: leftOut,
  }
}

function heldOutJson({ prompts, answered, calls, ways, quality, costShare }: HeldOut) {
  return {
    prompts,
    answered,
    calls,
    quality_difference: numbers(quality),
    cost_share: costShare === undefined ? null : numbers(costShare),
    ways: byWay((way) => {
      const { quality, costUsd } = ways[way]
      return { quality: numbers(quality), cost: costUsd === undefined ? null : numbers(costUsd) }
    }),
  }
}

function replayJson({ calls, logged, doublyRobust, difference, effectiveCalls, overlap }: Replay) {
  return {
    calls,
    logged: numbers(logged),
    doubly_robust: numbers(doublyRobust),
    difference: numbers(difference),
    effective_calls: effectiveCalls,
    overlap: numbers(overlap),
  }
}

/** JSON has no NaN: what cannot be estimated is null. */
function numbers({ mean, low, high }: Interval) {
  return Number.isFinite(mean) ? { mean, low, high } : null
}
