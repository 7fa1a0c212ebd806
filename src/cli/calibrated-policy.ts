import type { z } from 'zod'
import type { WrittenEvidence } from '../config/evidence-schema.ts'
import type { policySchema } from '../config/policy-schema.ts'
import type { BandCalibration } from '../learn/calibrate/calibrate.ts'

/** What a calibration was asked for and made from. */
export interface CalibrationTerms {
  readonly keep: number
  readonly confidence: number
  readonly folds: number
  readonly seed: number
  readonly models: readonly string[]
  /** Prompts kept from standing on both sides of a split. */
  readonly duplicates: number
}

type WrittenPolicy = z.input<typeof policySchema>

/** Policies by name, as they stand in `meritorder.yaml` under `policy.policies`. */
export type WrittenPolicies = Readonly<Record<string, WrittenPolicy>>

/** A proven calibration as a policy, which chooses among the models that it was proven for. */
export function calibratedPolicy(
  { prompts, baseline, router }: BandCalibration,
  { keep, confidence, folds, seed, models }: CalibrationTerms,
  source: Pick<WrittenEvidence, 'data' | 'sha256' | 'date'>,
): WrittenPolicy {
  const costShare = router.costShare.mean
  return {
    quality_band: router.band,
    limits: { allowed_models: [...models] },
    evidence: {
      quality_band: router.band,
      keep,
      baseline: baseline.model,
      confidence,
      method: 'learn-then-test',
      data: source.data,
      sha256: source.sha256,
      prompts,
      quality_share: rounded(router.qualityShare.mean),
      // A bound that is rounded up is none.
      proven_share: Math.floor(router.provenShare * PRECISION) / PRECISION,
      ...(Number.isFinite(costShare) && { cost_share: rounded(costShare) }),
      folds,
      seed,
      date: source.date,
    },
  }
}

const PRECISION = 10_000

function rounded(share: number): number {
  return Math.round(share * PRECISION) / PRECISION
}
