/**
 * What a rating says: `thumb` 0 or 1, `score` 0..1, `metric` any number under its name; `label`, `correction` (the
 * answer as it should have been) and `comment` are text. A `signal`, a number under its name, is what the gateway saw and
 * nobody said: it makes no call a rated one.
 */
export const NUMERIC_RATINGS = ['thumb', 'score', 'metric', 'signal'] as const
export const TEXT_RATINGS = ['label', 'correction', 'comment'] as const
export type RatingKind = (typeof NUMERIC_RATINGS)[number] | (typeof TEXT_RATINGS)[number]

/** One thing that was said about an answer. */
export interface RatingValue {
  readonly kind: RatingKind
  /** Of a metric or signal; '' for the others. */
  readonly name: string
  /** Of a numeric rating; null for the others. */
  readonly value: number | null
  /** Of a text rating; null for the others. */
  readonly text: string | null
}

/** An outcome for a generation. A caller has one of each kind and name: saying it again replaces it. Plain JSON: the journal's format. */
export interface Rating extends RatingValue {
  readonly generationId: string
  readonly caller: string
  /** Epoch ms. */
  readonly ratedAt: number
  /** Whose way to say it: `meritorder`, `openrouter`, `not-diamond`, `pulze`. */
  readonly source: string
}
