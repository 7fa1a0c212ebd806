import type { Ask } from './ask.ts'
import type { CandidateTable } from './candidate-table.ts'
import type { Conversation } from './conversation.ts'
import type { ToolLoop } from './decision.ts'
import { applyLimits } from './limits.ts'
import type { Ordering } from './ordering.ts'
import type { Selector, Sort } from './policy.ts'
import { type Ranked, rank } from './ranking.ts'

/** The row of the model that called the tools whose results a call brings; undefined where there is none, or nobody sells it here. */
export function toolCallersRow(table: CandidateTable, slug: string | undefined): number | undefined {
  return slug === undefined ? undefined : table.names.slugs.get(slug.toLowerCase())
}

/**
 * Rows of an automatic choice with the endpoints of the model that called the tools among them, as the limits leave them
 * and the call sorts them: that model may be one that would not be chosen for this prompt any more.
 *
 * @param predict writes the standing of one model to `scratch.standing`.
 */
export function withToolCaller(
  table: CandidateTable,
  ask: Ask,
  rows: readonly Ranked[],
  model: number,
  ordering: Ordering,
  sort: Sort | undefined,
  predict: (model: number) => void,
): readonly Ranked[] {
  predict(model)
  // What the limits remove of it has been counted.
  const uncounted = { ...ask, removed: new Int32Array(ask.removed.length) }
  const left = applyLimits(table, uncounted, table.firstEndpoint[model]!, table.firstEndpoint[model + 1]!)
  const own = rank(table, uncounted, left, sort === undefined ? ordering : { ...ordering, sortBy: sort.by })
  const others = rows.filter(({ endpoint }) => table.model[endpoint] !== model)
  return [...others.slice(0, ordering.keep - own.length), ...own]
}

/**
 * Puts the model that called the tools before all others, inside a tool loop: their results go back to the model that
 * asked for them, which knows what it wanted and whose thoughts they may have to be sent with. The order stays as it is
 * where that model cannot be had: none of the rows is its own, or the best of them is paused after failures. Who names
 * one model gets that.
 *
 * @param now epoch ms
 */
export function keepToolCaller(
  table: CandidateTable,
  rows: readonly Ranked[],
  selector: Selector,
  conversation: Conversation | undefined,
  now: number,
): { readonly rows: readonly Ranked[]; readonly toolLoop?: ToolLoop } {
  const slug = conversation?.toolCaller
  if (slug === undefined || (selector.kind === 'models' && selector.models.length === 1)) return { rows }
  const model = toolCallersRow(table, slug)
  const own = rows.filter(({ endpoint }) => table.model[endpoint] === model)
  const [first] = own
  const isPaused = first !== undefined && table.health(table.endpoints[first.endpoint]!.id).pausedUntil > now
  if (first === undefined || isPaused) return { rows, toolLoop: { model: slug, outcome: 'broken' } }
  const others = rows.filter(({ endpoint }) => table.model[endpoint] !== model)
  return { rows: [...own, ...others], toolLoop: { model: slug, outcome: 'kept' } }
}
