import type { ErrorCode } from '../errors.ts'
import type { Catalog } from '../market/offer.ts'
import type { RecordedComparison } from '../record/comparison.ts'
import type { GenerationPage } from '../record/generation-query.ts'
import type { TrainJob } from './train.ts'
import type { TrainReport } from './train-report.ts'

/** From the gateway to the process that trains. */
export type ToTraining =
  /** The endpoints of its market follow, in pieces: so many. */
  | { readonly kind: 'begin'; readonly job: TrainJob; readonly endpoints: number }
  | { readonly kind: 'endpoints'; readonly endpoints: Catalog['endpoints'] }
  /** What was asked for; undefined: there is no more. */
  | { readonly kind: 'page'; readonly page: GenerationPage | undefined }
  | { readonly kind: 'comparisons'; readonly page: readonly RecordedComparison[] }

/** From that process to the gateway. */
export type FromTraining =
  /** It wants rated calls, whole, older than this one. */
  | { readonly kind: 'page'; readonly before?: string }
  /** It wants comparisons older than this one. */
  | { readonly kind: 'comparisons'; readonly before?: string }
  | { readonly kind: 'progress'; readonly step: string; readonly done: number; readonly total: number }
  | { readonly kind: 'done'; readonly report: TrainReport }
  | { readonly kind: 'failed'; readonly code: ErrorCode; readonly message: string }
