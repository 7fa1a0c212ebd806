import type { Ask } from './ask.ts'
import type { CandidateTable } from './candidate-table.ts'
import { LIMITS } from './limit-names.ts'
import { factualRows } from './limits.ts'
import type { Rows } from './rows.ts'

/** What the limits on facts leave of a whole market, and how many rows each removes, by number of the limit. */
export interface MarketRows {
  readonly rows: Rows
  readonly removed: Int32Array
}

/** The different sizes, tokens, that endpoints of a market can hold, ascending. */
export interface Windows {
  readonly context: Int32Array
  readonly prompt: Int32Array
  readonly completion: Int32Array
}

/** The sizes in a table's columns. */
export function windowsOf(
  table: Pick<CandidateTable, 'contextTokens' | 'maxPromptTokens' | 'maxCompletionTokens'>,
): Windows {
  return {
    context: different(table.contextTokens),
    prompt: different(table.maxPromptTokens),
    completion: different(table.maxCompletionTokens),
  }
}

function different(sizes: Int32Array): Int32Array {
  return Int32Array.from(new Set(sizes)).sort()
}

/** Lists of names are remembered up to this length, characters. */
const LONGEST_KEY = 4_096

/**
 * The rows of the whole market that the limits on facts leave; every other counts under the first limit that it breaks.
 * Calls mostly ask for the same, so it is remembered: by what is required, what is listed, and which of the market's
 * windows are too small.
 */
export function marketRows(table: CandidateTable, ask: Ask): Rows {
  const { marketRows: remembered } = table.scratch
  const key = keyOf(table.windows, ask)
  if (key.length > LONGEST_KEY) return factualRows(table, ask, 0, table.endpoints.length)
  const known = remembered.get(key) ?? remember(table, ask, key)
  for (let limit = 0; limit < known.removed.length; limit++) ask.removed[limit]! += known.removed[limit]!
  return known.rows
}

function remember(table: CandidateTable, ask: Ask, key: string): MarketRows {
  const removed = new Int32Array(LIMITS.length)
  const { endpoints, models, starts } = factualRows(table, { ...ask, removed }, 0, table.endpoints.length)
  const known = {
    rows: { endpoints: endpoints.slice(), models: models.slice(), starts: starts.slice() },
    removed,
  }
  table.scratch.marketRows.set(key, known)
  return known
}

/** Asks with the same key leave the same rows. */
function keyOf({ context, prompt, completion }: Windows, ask: Ask): string {
  const windows = `${below(context, ask.contextTokens)} ${below(prompt, ask.longestTokens)} ${below(completion, ask.allowedTokens)}`
  return `${ask.required} ${windows} ${ask.lists}`
}

/** How many of some ascending sizes are too small. */
function below(sizes: Int32Array, needed: number): number {
  let low = 0
  let high = sizes.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (sizes[middle]! < needed) low = middle + 1
    else high = middle
  }
  return low
}
