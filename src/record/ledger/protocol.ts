import type { ClimateQuery, ClimateSum } from '../climate.queries.ts'
import type { ComparisonQuery, FoundArena, RecordedComparison } from '../comparison.ts'
import type { ComparedGenerations } from '../comparisons.queries.ts'
import type { UserQuery } from '../delete-calls.queries.ts'
import type { ExportPage } from '../exported-calls.queries.ts'
import type { RecordedCall } from '../generation.ts'
import type { GenerationPage, GenerationQuery } from '../generation-query.ts'
import type { JournalPosition } from '../journal/segment.ts'
import type { Rating } from '../rating.ts'
import type { RatedGeneration, RatingPlace } from '../ratings.queries.ts'
import type { Spending, SpendingQuery } from '../spending.queries.ts'
import type { ConversationLimits, FoundConversation, FoundResponse } from '../stored-response.ts'
import type { Forgotten } from './forget-user.ts'
import type { Retention } from './retention.ts'

/** What the worker is started with. */
export interface LedgerSettings {
  readonly dataFolder: string
  readonly journalFolder: string
  /** A PostgreSQL; absent: the embedded database in `dataFolder`. */
  readonly databaseUrl?: string
  readonly retention: Retention
}

export type Question =
  /** One generation, once everything durable is in the tables. */
  | { readonly kind: 'find'; readonly id: string }
  | { readonly kind: 'list'; readonly query: GenerationQuery }
  /** A page for a file of many. */
  | { readonly kind: 'export'; readonly query: GenerationQuery }
  /** A caller's stored response. */
  | { readonly kind: 'response'; readonly id: string; readonly caller: string }
  /** The conversation that ends with it. */
  | {
      readonly kind: 'conversation'
      readonly last: string
      readonly caller: string
      readonly limits: ConversationLimits
    }
  /** Bodies of a caller's responses that have one of these items, newest first. */
  | {
      readonly kind: 'items'
      readonly items: readonly string[]
      readonly caller: string
      readonly limit: number
    }
  /** A caller's response is to be forgotten; answered with whether there was one. */
  | { readonly kind: 'forget'; readonly id: string; readonly caller: string }
  /** Everything of a user from before `at`, epoch ms, is to be deleted. The journal must have begun a new segment. */
  | { readonly kind: 'forget_user'; readonly query: UserQuery; readonly at: number }
  /** What has been said about one generation. */
  | { readonly kind: 'ratings'; readonly generationId: string }
  /** The latest ratings with their calls, newest first. */
  | { readonly kind: 'rated'; readonly before?: RatingPlace; readonly limit: number }
  /** The latest comparisons with their calls, before one of this id. */
  | { readonly kind: 'compared'; readonly before?: string; readonly limit: number }
  | { readonly kind: 'spending'; readonly query: SpendingQuery }
  | { readonly kind: 'climate'; readonly query: ClimateQuery }
  | { readonly kind: 'comparisons'; readonly query: ComparisonQuery }
  /** A caller's arena. */
  | { readonly kind: 'arena'; readonly id: string; readonly caller: string }
  /** Everything durable is in the tables. */
  | { readonly kind: 'drain' }
  /** Everything is in the tables and on the disk (or, if that takes long, still in the journal), and the database is closed. */
  | { readonly kind: 'close' }

export interface Answers {
  readonly find: RecordedCall | undefined
  readonly list: GenerationPage | undefined
  readonly export: ExportPage | undefined
  readonly response: FoundResponse | undefined
  readonly conversation: FoundConversation
  readonly items: string[]
  readonly forget: boolean
  readonly forget_user: Forgotten
  readonly ratings: Rating[]
  readonly rated: RatedGeneration[]
  readonly compared: ComparedGenerations[]
  readonly spending: Spending
  readonly climate: ClimateSum[]
  readonly comparisons: RecordedComparison[]
  readonly arena: FoundArena | undefined
  readonly drain: undefined
  readonly close: undefined
}

/** From the gateway's thread to the worker. `durable` is how far the journal may be read. */
export type ToLedger =
  | { readonly kind: 'durable'; readonly durable: JournalPosition }
  | {
      readonly kind: 'ask'
      readonly number: number
      readonly durable: JournalPosition
      readonly question: Question
    }

/** From the worker to the gateway's thread. */
export type FromLedger =
  | { readonly kind: 'opened' }
  /** The database cannot be used by this program, now or later; nothing was changed. */
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'answer'; readonly number: number; readonly value: Answers[keyof Answers] }
  | { readonly kind: 'failure'; readonly number: number; readonly message: string }
  /** Records taken into the tables since the last such message. */
  | { readonly kind: 'progress'; readonly taken: number; readonly unreadable: number }
