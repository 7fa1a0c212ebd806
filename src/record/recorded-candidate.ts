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
export function recordedCandidate(candidate: Candidate): RecordedCandidate {
  const { endpoint, experience, propensity, carbonBounds } = candidate
  return {
    endpoint: endpoint.id,
    model: endpoint.model,
    provider: endpoint.provider,
    quality: numberOrNull(candidate.quality),
    quality_sd: numberOrNull(candidate.qualitySd),
    evidence: candidate.evidence,
    cost_usd: candidate.costUsd ?? null,
    latency_ms: candidate.latencyMs,
    carbon_g: candidate.carbonGrams,
    carbon_low_g: carbonBounds.low,
    carbon_high_g: carbonBounds.high,
    merit: candidate.merit,
    ...(experience && { experience }),
    ...(propensity !== undefined && { propensity }),
  }
}

function numberOrNull(value: number): number | null {
  return Number.isNaN(value) ? null : value
}
