import type { Ask } from './ask.ts'
import type { CandidateTable } from './candidates.ts'
import { applyLimits } from './limits.ts'
import { readName, type Suffix } from './names.ts'
import type { Policy } from './policy.ts'
import { type Ordering, type Ranked, rank } from './ranking.ts'
import { ambiguousModel, noKeyFor, unknownModel } from './refusals.ts'

/** The rows of the table that a name means. */
interface Named {
  readonly from: number
  readonly to: number
  readonly suffix: Suffix | undefined
}

/** `:nitro` looks only at the time to the last byte, `:floor` only at the cost. */
const SUFFIX_WEIGHTS = {
  nitro: { quality: 0, costUsd: 0, latencySeconds: 1, carbonKg: 0 },
  floor: { quality: 0, costUsd: 1, latencySeconds: 0, carbonKg: 0 },
}

/**
 * Ranks the endpoints of the models that the caller named: all of the first model, then all of the second, and so on;
 * two names of one model count once.
 * A model of a longer list that no enabled provider serves, or that the limits remove, is passed over.
 *
 * @param predict writes the predicted quality of one model to the scratch columns.
 * @throws MeritorderError `invalid_request` for a name that nobody knows or that stands for several models;
 *   `not_found` when no enabled provider serves any of them, naming the keys that would help.
 */
export function rankNamed(
  table: CandidateTable,
  ask: Ask,
  names: readonly string[],
  ordering: Omit<Ordering, 'keep' | 'keepPerModel'>,
  predict: (model: number) => void,
): readonly (readonly Ranked[])[] {
  const elsewhere: string[] = []
  const found: Named[] = []
  for (const name of names) {
    const named = findModel(name, table)
    if (typeof named === 'string') elsewhere.push(named)
    else if (!found.some(({ from, to }) => from === named.from && to === named.to)) found.push(named)
  }
  if (found.length === 0) throw noKeyFor(elsewhere, table.everything.catalog)
  const lists = found.map(({ from, to, suffix }) => {
    predict(table.model[from]!)
    const left = applyLimits(table, ask, from, to, suffix === 'free')
    const policy = sortedBy(suffix, ordering.policy)
    return rank(table, ask, 0, left, { ...ordering, policy, keep: Infinity, keepPerModel: Infinity })
  })
  return lists.filter((list) => list.length > 0)
}

/** The rows that a name means, or the slug of a model that only providers without a key serve. */
function findModel(name: string, table: CandidateTable): Named | string {
  const meaning = readName(name, table.names, (e) => table.model[e]!)
  if (meaning.kind === 'ambiguous') throw ambiguousModel(name, slugsOf(meaning.models, table.models))
  if (meaning.kind === 'model') {
    const { model, endpoint, suffix } = meaning
    if (endpoint !== undefined) return { from: endpoint, to: endpoint + 1, suffix }
    return { from: table.firstEndpoint[model]!, to: table.firstEndpoint[model + 1]!, suffix }
  }
  const { catalog, meaningOf } = table.everything
  const somewhere = meaningOf(name)
  if (somewhere.kind === 'model') return catalog.models[somewhere.model]!.slug
  if (somewhere.kind === 'ambiguous') throw ambiguousModel(name, slugsOf(somewhere.models, catalog.models))
  throw unknownModel(name, table)
}

function sortedBy(suffix: Suffix | undefined, policy: Policy): Policy {
  if (suffix !== 'nitro' && suffix !== 'floor') return policy
  return { ...policy, weights: SUFFIX_WEIGHTS[suffix] }
}

function slugsOf(rows: readonly number[], models: readonly { readonly slug: string }[]): readonly string[] {
  return rows.map((m) => models[m]!.slug)
}
