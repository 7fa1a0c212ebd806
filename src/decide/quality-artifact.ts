import { z } from 'zod'
import { MeritorderError } from '../errors.ts'
import { ARENA_CATEGORIES } from './arena-categories.ts'
import type { UnratedPrior } from './unrated.ts'

/** What public leaderboards say about models: Elo-scale ratings per category, already shrunk by their intervals. */
export interface QualityPrior {
  /** Content hash of the fit. */
  readonly version: string
  /** The model whose answers all others are compared with. */
  readonly reference: string
  /** Category names, in the order of every `Rating`'s arrays. */
  readonly categories: readonly string[]
  /** By canonical slug. */
  readonly models: ReadonlyMap<string, Rating>
  /** What is expected of models that nobody rated. */
  readonly unrated: UnratedPrior
  /** In the order of `categories`: how a rating there follows from the overall one of a model without a rating there. */
  readonly lines: readonly CategoryLine[]
}

/** A category's rating is intercept + slope × the overall one, with a deviation of its own of `tau` Elo points. */
export interface CategoryLine {
  readonly intercept: number
  readonly slope: number
  readonly tau: number
}

export interface Rating {
  /** Posterior mean per category, Elo points. */
  readonly mean: readonly number[]
  /** Posterior standard deviation per category, Elo points. */
  readonly sd: readonly number[]
}

export const QUALITY_FORMAT = 'meritorder.quality'
export const QUALITY_FORMAT_VERSION = 2

const rating = z.object({ mean: z.array(z.number()), sd: z.array(z.number().min(0)) })

const estimate = z.object({ mean: z.number(), sd: z.number().positive() })

const unratedPrior = z
  .object({
    flat: estimate,
    intercept: z.number(),
    perYear: z.number(),
    perSizeDecade: z.number(),
    firstRelease: z.iso.date(),
    lastRelease: z.iso.date(),
    smallest: z.number().positive(),
    largest: z.number().positive(),
    makers: z.record(z.string(), estimate),
    otherMakersSd: z.number().positive(),
  })
  .refine(({ firstRelease, lastRelease }) => firstRelease <= lastRelease, 'firstRelease is after lastRelease')
  .refine(({ smallest, largest }) => smallest <= largest, 'smallest is above largest')

const artifact = z.object({
  version: z.string().min(1),
  reference: z.string().min(1),
  categories: z.array(z.string()).min(1),
  unrated: unratedPrior,
  lines: z.array(z.object({ intercept: z.number(), slope: z.number(), tau: z.number().min(0) })),
  models: z.record(z.string(), rating),
})

const header = z.object({ format: z.literal(QUALITY_FORMAT), formatVersion: z.int() })

/**
 * Reads `artifacts/quality.json` as parsed JSON.
 *
 * @throws MeritorderError `server` when it is no quality artifact, was written for a newer Meritorder, or is damaged.
 */
export function parseQualityArtifact(value: unknown): QualityPrior {
  const head = header.safeParse(value)
  if (!head.success) throw refusal('it is not a quality artifact')
  if (head.data.formatVersion !== QUALITY_FORMAT_VERSION) {
    const { formatVersion } = head.data
    throw refusal(
      `its format is version ${formatVersion} and this program reads version ${QUALITY_FORMAT_VERSION}`,
    )
  }
  const parsed = artifact.safeParse(value)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw refusal(`it is damaged at ${issue?.path.join('.') || 'its top'}: ${issue?.message}`)
  }
  const { categories, models, unrated, lines, reference, version } = parsed.data
  for (const category of ARENA_CATEGORIES) {
    if (!categories.includes(category)) throw refusal(`it lacks the category ${category}`)
  }
  if (lines.length !== categories.length) throw refusal('it does not have one line per category')
  for (const [slug, { mean, sd }] of Object.entries(models)) {
    if (mean.length !== categories.length || sd.length !== categories.length) {
      throw refusal(`${slug} does not have one rating per category`)
    }
  }
  if (!Object.hasOwn(models, reference)) throw refusal(`its reference model ${reference} has no rating`)
  return {
    version,
    reference,
    categories,
    models: new Map(Object.entries(models)),
    unrated: { ...unrated, makers: new Map(Object.entries(unrated.makers)) },
    lines,
  }
}

function refusal(reason: string): MeritorderError {
  return new MeritorderError(
    'server',
    `The quality artifact was refused: ${reason}. Restore artifacts/quality.json from the release, or rebuild it with training/quality/fit.ts.`,
    { limit: 'artifacts/quality.json' },
  )
}
