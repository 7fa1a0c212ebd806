import type { Needs } from './prompt.ts'

/** A call that names its model, for vectors or a ranking, measured: there is nothing else to understand. */
export interface Work {
  /** Its one output is what is asked for. */
  readonly needs: Needs
  /** Estimated tokens of all its texts. */
  readonly tokens: number
  /** Of the longest one, which must fit the model's window. */
  readonly longestTokens: number
  /** Searches that a host bills: a query with up to 100 documents is one. 0 for vectors. */
  readonly searchUnits: number
}
