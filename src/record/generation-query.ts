import type { RecordedCall } from './generation.ts'
import type { Rating } from './rating.ts'

/** Which generations to list, newest first; absent members do not narrow it. */
export interface GenerationQuery {
  /** How many at most. */
  readonly limit: number
  /** Only those older than this generation (its id): where the page before ended. */
  readonly before?: string
  /** From this time on, and before that one; epoch ms. */
  readonly since?: number
  readonly until?: number
  /** Canonical slug of the model that answered. */
  readonly model?: string
  readonly provider?: string
  /** The most probable intent. */
  readonly intent?: string
  /** Only calls of this caller. */
  readonly caller?: string
  readonly outcome?: string
  /** Every one of these tags with this value. */
  readonly tags?: Readonly<Record<string, string>>
  /** Of what is known to have cost so much, at least and at most; USD. */
  readonly minCostUsd?: number
  readonly maxCostUsd?: number
  /** Only what has a rating: any, or a thumb or score within a range. */
  readonly rated?: RatedRange
  /** Only calls with this text in request or answer, whatever its case. Bodies must have been kept. */
  readonly text?: string
  /** Brings the bodies and ratings along. */
  readonly whole?: boolean
}

/** Thumbs count as 0 and 1. */
export interface RatedRange {
  readonly least?: number
  readonly most?: number
}

/** A recorded call as a list has it: bodies and ratings only where they were asked for. */
export interface ListedCall extends RecordedCall {
  readonly ratings: readonly Rating[]
}

export interface GenerationPage {
  readonly calls: readonly ListedCall[]
  /** Where the next page begins (its `before`); absent at the end. A filter that few calls pass may end a page early, and even empty. */
  readonly next?: string
}
