import type { BandCalibration } from '../learn/calibrate/calibrate.ts'
import type { Interval } from '../learn/evaluate/bootstrap.ts'
import type { CalibrationTerms, WrittenPolicies } from './calibrated-policy.ts'

/** A calibration as `meritorder calibrate --json` prints it; null where nothing is known. See docs/json-output.md. */
export function calibrationJson(
  { prompts, withoutBaseline, baseline, router, isProven, morePrompts }: BandCalibration,
  { keep, confidence, folds, seed, models, duplicates }: CalibrationTerms,
  policies: WrittenPolicies | undefined,
) {
  return {
    proven: isProven,
    n: prompts,
    models: models.length,
    folds,
    seed,
    duplicates,
    without_baseline: withoutBaseline,
    keep,
    confidence,
    baseline: { model: baseline.model, quality: baseline.quality, cost: baseline.costUsd },
    router: {
      quality_band: router.band,
      quality: router.quality,
      cost: router.costUsd,
      quality_share: intervalJson(router.qualityShare),
      proven_share: router.provenShare,
      cost_share: Number.isFinite(router.costShare.mean) ? intervalJson(router.costShare) : null,
      shares: Object.fromEntries(router.shares.map(({ model, share }) => [model, share])),
    },
    more_prompts: morePrompts ?? null,
    policies: policies ?? null,
  }
}

function intervalJson({ mean, low, high }: Interval) {
  return { mean, lo: low, hi: high }
}
