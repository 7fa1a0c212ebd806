import type { LeftOutList } from './left-out.ts'

/** Reads the files of one other tool. One file in this folder each; `importers.ts` lists them. */
export interface Importer {
  /** As the command line names it. */
  readonly name: string
  /** What its files are, for help texts. */
  readonly what: string
  readonly kind: ImportKind
  /** Which options mean something to it. */
  readonly takes: readonly (keyof ImportOptions)[]
  /**
   * The lines that the files hold, one by one, so that files may be larger than the memory; what cannot be used is added
   * to `leftOut`.
   *
   * @throws MeritorderError `invalid_request` when a file cannot be read or is of another tool
   */
  lines(files: readonly string[], options: ImportOptions, leftOut: LeftOutList): AsyncGenerator<ImportLine>
}

/** docs/outcomes.md, docs/leaderboards.md */
export type ImportKind = 'outcomes' | 'comparisons'

export interface ImportOptions {
  /** The score of a perfect answer: qualities are shares of it. */
  readonly best: number
  /** Which of several scores is the quality. */
  readonly score?: string
  /** A model without a score on a prompt has failed there; else it is unknown. */
  readonly absentIsZero?: boolean
}

export type ImportLine = OutcomesLine | ComparisonLine

/** A line of a file of outcomes. */
export interface OutcomesLine {
  readonly id: string
  readonly task?: string
  readonly prompt?: string
  readonly messages?: readonly TextMessage[]
  readonly outcomes: Readonly<Record<string, Outcome>>
}

export interface TextMessage {
  readonly role: string
  readonly content: string
}

export interface Outcome {
  /** 0..1 */
  readonly quality: number
  /** USD */
  readonly cost?: number
  /** Completion tokens. */
  readonly tokens?: number
}

/** A line of a file of comparisons. */
export interface ComparisonLine {
  /** Of the prompt; a comparison that repeats id, models and judge counts once. */
  readonly id?: string
  readonly model_a: string
  readonly model_b: string
  readonly winner: 'a' | 'b' | 'tie'
  readonly judge: string
  readonly prompt?: string
  readonly response_a?: string
  readonly response_b?: string
  readonly language?: string
}
