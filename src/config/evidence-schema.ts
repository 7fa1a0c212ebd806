import { z } from 'zod'
import type { BandEvidence } from '../decide/policy.ts'

const share = (most: number, description: string) => z.number().min(0).max(most).describe(description)

/** The evidence of a policy, as `meritorder calibrate` prints it for `meritorder.yaml`. */
export const evidenceSchema = z.strictObject({
  quality_band: share(1, 'The band that was calibrated; the evidence holds for no other.'),
  data: z.string().min(1).max(256).describe('The file of outcomes.'),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{16}$/)
    .describe('The first 16 digits of its SHA-256, in quotes.'),
  prompts: z.int().min(1).describe('Different prompts that it was judged on.'),
  baseline: z.string().min(1).max(256).describe('The model whose quality is kept.'),
  keep: share(1.5, 'Share of its expected quality that is kept …'),
  confidence: share(1, '… with this confidence.'),
  method: z.enum(['learn-then-test']).describe('How that was proved.'),
  quality_share: share(1e9, 'Observed quality, as a share of the baseline’s.'),
  proven_share: share(1.5, 'Lower bound of it at that confidence, for this band alone.'),
  cost_share: share(1e9, 'Observed cost, as a share of the baseline’s.').optional(),
  folds: z.int().min(2).describe('Parts of the cross-validation.'),
  seed: z.int().min(0).describe('Seed of the parts and of what was learned.'),
  date: z.iso.date().describe('When it was calibrated.'),
})

/** Evidence as it is written. */
export type WrittenEvidence = z.output<typeof evidenceSchema>

/** Evidence as a policy holds it. */
export function evidenceOf(written: WrittenEvidence): BandEvidence {
  const { quality_band: _, quality_share, proven_share, cost_share, ...rest } = written
  return {
    ...rest,
    qualityShare: quality_share,
    provenShare: proven_share,
    ...(cost_share !== undefined && { costShare: cost_share }),
  }
}
