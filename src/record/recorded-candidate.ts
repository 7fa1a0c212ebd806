import type { Candidate } from '../decide/decision.ts'

/** A candidate as kept in the record. */
export interface RecordedCandidate {
  readonly endpoint: string
  readonly model: string
  readonly provider: string
  /** Null where none is predicted: vectors and rankings. */
  readonly quality: number | null
  /** Absent in records of versions before 0.2. */
  readonly quality_sd?: number | null
  readonly evidence?: 'outcomes' | 'arena' | 'prior' | 'none'
  /** Absent where no rating has moved the quality. */
  readonly experience?: { readonly ratings: number; readonly shift: number }
  readonly cost_usd: number | null
  readonly latency_ms: number
  readonly carbon_g: number
  /** Absent in records of versions before 0.3. */
  readonly carbon_low_g?: number
  readonly carbon_high_g?: number
  readonly merit: number
  /** Of the first, where it was drawn among the endpoints of its model: the probability of that. */
  readonly propensity?: number
}

/** A candidate in the words of the API: used by the record, by `/v1/route` and by the terminal alike. */
export function recordedCandidate({ endpoint, ...predicted }: Candidate): RecordedCandidate {
  return {
    endpoint: endpoint.id,
    model: endpoint.model,
    provider: endpoint.provider,
    quality: numberOrNull(predicted.quality),
    quality_sd: numberOrNull(predicted.qualitySd),
    evidence: predicted.evidence,
    ...(predicted.experience && { experience: predicted.experience }),
    cost_usd: predicted.costUsd ?? null,
    latency_ms: predicted.latencyMs,
    carbon_g: predicted.carbonGrams,
    carbon_low_g: predicted.carbonBounds.low,
    carbon_high_g: predicted.carbonBounds.high,
    merit: predicted.merit,
    ...(predicted.propensity !== undefined && { propensity: predicted.propensity }),
  }
}

function numberOrNull(value: number): number | null {
  return Number.isNaN(value) ? null : value
}
