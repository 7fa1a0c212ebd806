import type { Ask } from './ask.ts'
import type { CandidateTable } from './candidate-table.ts'
import { CAN } from './capability.ts'
import { drawEndpoint, type EndpointDraw, type Lottery } from './endpoint-draw.ts'
import { applyLimits, type Narrowing } from './limits.ts'
import { readName, type Suffix } from './names.ts'
import type { Ordering } from './ordering.ts'
import type { Sort, SortBy } from './policy.ts'
import { type Ranked, rank } from './ranking.ts'
import {
  ambiguousModel,
  contradictingSorts,
  noKeyFor,
  noSearch,
  unknownModel,
  wrongPath,
} from './refusals.ts'
import { type Rows, takeRows } from './rows.ts'
import { isFree } from './terms.ts'

/** The rows of the table that a name means. */
interface Named {
  readonly from: number
  readonly to: number
  readonly suffix: Suffix | undefined
}

/** The endpoints of the models that were named, best first. */
export interface NamedChoice {
  /** One list per model, or a single one over all where the caller sorts across models; without empty ones, at least one unless the limits left nothing. */
  readonly lists: readonly (readonly Ranked[])[]
  /** How the first endpoint of the first list was drawn; absent when there is no list. */
  readonly draw?: EndpointDraw
}

/** The suffixes that sort. */
const SORTS: Readonly<Partial<Record<Suffix, SortBy>>> = {
  nitro: 'throughput',
  floor: 'price',
  exacto: 'exacto',
}

/**
 * Ranks the endpoints of the models that the caller named: all of the first model, then all of the second, and so on, or
 * those of all models as one list where the caller sorts across models; two names of one model count once.
 * A model of a longer list that no enabled provider serves, or that the limits remove, is passed over.
 *
 * @param predict writes the standing of one model to `scratch.standing`.
 * @param lottery asked for the endpoint of the first model.
 * @throws MeritorderError `invalid_request` for a name that nobody knows or that stands for several models;
 *   `not_found` when no enabled provider serves any of them, naming the keys that would help.
 */
export function rankNamed(
  table: CandidateTable,
  ask: Ask,
  names: readonly string[],
  ordering: Omit<Ordering, 'keep' | 'keepPerModel' | 'sortBy'>,
  sort: Sort | undefined,
  predict: (model: number) => void,
  lottery: Lottery,
): NamedChoice {
  const elsewhere: string[] = []
  const found: Named[] = []
  for (const name of names) {
    const named = findModel(name, table)
    if (typeof named === 'string') elsewhere.push(named)
    else if (!found.some(({ from, to }) => from === named.from && to === named.to)) found.push(named)
  }
  if (found.length === 0) throw noKeyFor(elsewhere, table.everything.catalog)
  for (const { from } of found) refuseWrongPath(table, from, ask.required)
  const whole = { ...ordering, keep: Infinity, keepPerModel: Infinity }
  if (sort?.acrossModels) {
    const policy = { ...ordering.policy, qualityBand: 1 }
    const left = limitEach(table, ask, withoutOverlap(found), predict)
    const list = rank(table, ask, left, { ...whole, policy, sortBy: sort.by })
    return list.length > 0 ? { lists: [list], draw: { rows: list } } : { lists: [] }
  }
  const ranked = found.map(({ from, to, suffix }) => {
    predict(table.model[from]!)
    const left = applyLimits(table, ask, from, to, narrowingOf(suffix, table, from, to))
    const sortBy = oneSort(suffix, sort)
    const own = sortBy === undefined ? whole : { ...whole, sortBy }
    return { rows: rank(table, ask, left, own), own }
  })
  const [first, ...others] = ranked.filter(({ rows }) => rows.length > 0)
  if (first === undefined) return { lists: [] }
  const endpoints = first.rows.map(({ endpoint }) => endpoint)
  const draw = drawEndpoint(table, ask, first.rows, endpoints, first.own, lottery)
  return { lists: [draw.rows, ...others.map(({ rows }) => rows)], draw }
}

/** Vectors and rankings have paths of their own, and their models make nothing else. */
const OWN_PATH = CAN.embeddingsOutput | CAN.rerankOutput

function refuseWrongPath(table: CandidateTable, row: number, required: number): void {
  const makes = table.capabilities[row]! & OWN_PATH
  if (makes === (required & OWN_PATH)) return
  const word = makes === CAN.embeddingsOutput ? 'embeddings' : makes === CAN.rerankOutput ? 'rerank' : 'text'
  throw wrongPath(table.endpoints[row]!.model, word)
}

/** Applies the limits to all named models. */
function limitEach(
  table: CandidateTable,
  ask: Ask,
  found: readonly Named[],
  predict: (model: number) => void,
): Rows {
  const left = new Set<number>()
  for (const { from, to, suffix } of found) {
    predict(table.model[from]!)
    const { endpoints } = applyLimits(table, ask, from, to, narrowingOf(suffix, table, from, to))
    for (const e of endpoints) left.add(e)
  }
  return takeRows(table, 0, table.endpoints.length, (e) => left.has(e), table.scratch.rows)
}

/** An endpoint whose model is named too counts once. */
function withoutOverlap(found: readonly Named[]): readonly Named[] {
  return found.filter((a) => !found.some((b) => b !== a && b.from <= a.from && a.to <= b.to))
}

/** What `:free`, `:thinking` and `:extended` leave of a model's endpoints. */
function narrowingOf(
  suffix: Suffix | undefined,
  table: CandidateTable,
  from: number,
  to: number,
): Narrowing | undefined {
  if (suffix === 'free') return { limit: suffix, keeps: (e) => isFree(table, e) }
  if (suffix === 'thinking') return { limit: suffix, keeps: (e) => table.endpoints[e]!.supports.reasoning }
  if (suffix !== 'extended') return undefined
  const widest = Math.max(...table.endpoints.slice(from, to).map((one) => one.contextTokens ?? 0))
  return { limit: suffix, keeps: (e) => (table.endpoints[e]!.contextTokens ?? 0) === widest }
}

function oneSort(suffix: Suffix | undefined, sort: Sort | undefined): SortBy | undefined {
  const ofName = suffix && SORTS[suffix]
  if (ofName !== undefined && sort !== undefined && ofName !== sort.by)
    throw contradictingSorts(`:${suffix}`, sort.by)
  return ofName ?? sort?.by
}

/** The rows that a name means, or the slug of a model that only providers without a key serve. */
function findModel(name: string, table: CandidateTable): Named | string {
  const meaning = readName(name, table.names, (e) => table.model[e]!)
  if (meaning.kind === 'ambiguous') throw ambiguousModel(name, slugsOf(meaning.models, table.models))
  if (meaning.kind === 'model') {
    const { model, endpoint, suffix } = meaning
    if (suffix === 'online') throw noSearch()
    if (endpoint !== undefined) return { from: endpoint, to: endpoint + 1, suffix }
    return rowsOf(model, suffix, table)
  }
  const { catalog, meaningOf } = table.everything
  const somewhere = meaningOf(name)
  if (somewhere.kind === 'model') {
    const { slug } = catalog.models[somewhere.model]!
    // Claude's clients say claude-opus-4-6, which is what Anthropic calls it; others sell it too.
    const here = somewhere.endpoint === undefined ? table.names.slugs.get(slug.toLowerCase()) : undefined
    return here === undefined ? slug : rowsOf(here, somewhere.suffix, table)
  }
  if (somewhere.kind === 'ambiguous') throw ambiguousModel(name, slugsOf(somewhere.models, catalog.models))
  throw unknownModel(name, table)
}

function rowsOf(model: number, suffix: Suffix | undefined, { firstEndpoint }: CandidateTable): Named {
  return { from: firstEndpoint[model]!, to: firstEndpoint[model + 1]!, suffix }
}

function slugsOf(rows: readonly number[], models: readonly { readonly slug: string }[]): readonly string[] {
  return rows.map((m) => models[m]!.slug)
}
