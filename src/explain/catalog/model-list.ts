import { createHash } from 'node:crypto'
import type { CandidateTable } from '../../decide/candidate-table.ts'
import { regionsAt } from '../../decide/placed.ts'
import { isKept } from '../../decide/terms.ts'
import { autoJson, type ModelJson, modelJson, type Offer } from './model-json.ts'
import { type ListedModel, readModelQuery } from './model-query.ts'

/** A body with its entity tag, ready to be sent again and again. */
export interface TaggedBody {
  readonly bytes: Buffer
  readonly etag: string
}

/** Every model that can be bought now, `auto` first, written once a market. */
export interface ModelList {
  /** A model, or `auto`, by its slug. */
  find(slug: string): ModelJson | undefined
  /** `GET /models` for a path and its query; throws as `readModelQuery`. */
  page(path: string, params: URLSearchParams, shown: string, now: number): TaggedBody
  /** How many models a query leaves, whatever its page. */
  count(params: URLSearchParams, shown: string, now: number): number
}

/** Unfiltered lists are kept as bytes: a megabyte for a thousand models, asked for again and again. */
const lists = new WeakMap<CandidateTable, ModelList>()

/** The models of a market; the same object for the same table. */
export function modelListOf(table: CandidateTable): ModelList {
  const known = lists.get(table)
  if (known !== undefined) return known
  const list = createModelList(table)
  lists.set(table, list)
  return list
}

function createModelList(table: CandidateTable): ModelList {
  const offers = table.endpoints.map((_, e) => offerAt(table, e))
  const rowsOf = Map.groupBy(table.endpoints.keys(), (e) => table.model[e]!)
  const listed: ListedModel[] = [
    { json: autoJson(offers), keepsNothing: false, isDistillable: false, regions: [] },
  ]
  for (const [m, model] of table.models.entries()) {
    const rows = rowsOf.get(m) ?? []
    const sold = rows.map((e) => offers[e]!)
    listed.push({
      json: modelJson(model, sold),
      keepsNothing: rows.some((e) => isKept(table, e, 'zeroRetention')),
      isDistillable: rows.some((e) => isKept(table, e, 'distillable')),
      regions: rows.map((e) => regionsAt(table, e)).filter((places) => places !== undefined),
    })
  }
  const texts = new Map(listed.map((model) => [model, JSON.stringify(model.json)]))
  const bySlug = new Map(listed.map(({ json }) => [json.id, json]))
  const whole = new Map<string, TaggedBody>()
  const select = (params: URLSearchParams, shown: string, now: number) => {
    const query = readModelQuery(params, shown, now)
    const kept = listed.filter(query.keeps)
    return { query, kept: query.order === undefined ? kept : kept.toSorted(query.order) }
  }
  const write = (path: string, params: URLSearchParams, shown: string, now: number): TaggedBody => {
    const { query, kept } = select(params, shown, now)
    const { offset, limit } = query
    const data = kept.slice(offset, offset + limit).map((model) => texts.get(model)!)
    const next = offset + limit < kept.length ? nextPage(path, params, offset + limit) : null
    const links = JSON.stringify({ next })
    return tagged(
      `{"object":"list","data":[${data.join(',')}],"total_count":${kept.length},"links":${links}}`,
    )
  }
  return {
    find: (slug) => bySlug.get(slug),
    count: (params, shown, now) => select(params, shown, now).kept.length,
    page(path, params, shown, now) {
      if (params.size > 0) return write(path, params, shown, now)
      const known = whole.get(shown) ?? write(path, params, shown, now)
      whole.set(shown, known)
      return known
    },
  }
}

/** The endpoint of a row with the family that it is spoken to in. */
export function offerAt({ endpoints, providers, provider }: CandidateTable, row: number): Offer {
  const endpoint = endpoints[row]!
  return { ...endpoint, family: endpoint.family ?? providers[provider[row]!]!.family }
}

function nextPage(path: string, params: URLSearchParams, offset: number): string {
  const next = new URLSearchParams(params)
  next.set('offset', String(offset))
  return `${path}?${next}`
}

function tagged(text: string): TaggedBody {
  const bytes = Buffer.from(text)
  return { bytes, etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"` }
}
