import { z } from 'zod'
import { MeritorderError } from '../errors.ts'
import type { Policy } from './policy.ts'

const weight = (of: string, fallback: number) =>
  z.number().min(0).max(1e9).default(fallback).describe(`What one ${of} is worth in merit.`)

/** A policy as people write it in `meritorder.yaml`. Merit is best counted in USD, so `cost_usd` is 1 unless said otherwise. */
export const policySchema = z.strictObject({
  version: z
    .int()
    .min(1)
    .default(1)
    .describe('Raise it when you change the policy; it is recorded with every decision.'),
  quality_band: z
    .number()
    .min(0)
    .max(1)
    .default(0.05)
    .describe('Models within this distance (0..1) of the best predicted quality compete on merit.'),
  weights: z
    .strictObject({
      quality: weight('unit of predicted quality', 0),
      cost_usd: weight('USD', 1),
      latency_seconds: weight('second of waiting', 0),
      carbon_kg: weight('kg of CO₂e', 0),
    })
    .prefault({})
    .describe('Exchange rates.'),
})

/**
 * Reads a policy of the user's own.
 *
 * @param name the key it stands under.
 * @throws MeritorderError `invalid_request` naming the field and what it may be.
 */
export function parsePolicy(value: unknown, name: string): Policy {
  const parsed = policySchema.safeParse(value ?? {})
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const field = ['policy', 'policies', name, ...(issue?.path ?? [])].join('.')
    throw new MeritorderError(
      'invalid_request',
      `${field}: ${issue?.message}. Correct it in meritorder.yaml.`,
      {
        limit: field,
      },
    )
  }
  const { version, quality_band, weights } = parsed.data
  return {
    name,
    version,
    qualityBand: quality_band,
    weights: {
      quality: weights.quality,
      costUsd: weights.cost_usd,
      latencySeconds: weights.latency_seconds,
      carbonKg: weights.carbon_kg,
    },
  }
}
