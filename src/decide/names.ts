import type { Endpoint, Model } from '../market/offer.ts'

/** Every name by which a caller may mean a model, in lower case, to rows of models or endpoints. */
export interface NameIndex {
  readonly slugs: ReadonlyMap<string, number>
  readonly endpointIds: ReadonlyMap<string, number>
  /** Slugs without their author. */
  readonly shortSlugs: ReadonlyMap<string, readonly number[]>
  /** The ids that hosts use. */
  readonly upstreamIds: ReadonlyMap<string, readonly number[]>
}

/** What a name may end with after a colon, to say how to choose among a model's endpoints. */
const SUFFIXES = ['nitro', 'floor', 'exacto', 'free', 'thinking', 'extended', 'online'] as const

export type Suffix = (typeof SUFFIXES)[number]

const SUFFIXED = new RegExp(`^(.+):(${SUFFIXES.join('|')})$`)

/** What a name turned out to mean. */
export type Meaning =
  | { readonly kind: 'model'; readonly model: number; readonly endpoint?: number; readonly suffix?: Suffix }
  | { readonly kind: 'ambiguous'; readonly models: readonly number[] }
  | { readonly kind: 'unknown' }

/** Indexes names. `modelOf` gives the model row of each endpoint. */
export function indexNames(
  models: readonly Model[],
  endpoints: readonly Endpoint[],
  modelOf: Int32Array,
): NameIndex {
  const shortSlugs = new Map<string, number[]>()
  const upstreamIds = new Map<string, number[]>()
  models.forEach(({ slug }, m) => {
    addTo(shortSlugs, slug.slice(slug.indexOf('/') + 1).toLowerCase(), m)
  })
  endpoints.forEach(({ upstreamModel }, e) => {
    addTo(upstreamIds, upstreamModel.toLowerCase(), modelOf[e]!)
  })
  return {
    slugs: new Map(models.map(({ slug }, m) => [slug.toLowerCase(), m])),
    endpointIds: new Map(endpoints.map(({ id }, e) => [id.toLowerCase(), e])),
    shortSlugs,
    upstreamIds,
  }
}

/**
 * Finds what a name means: a slug, an endpoint id `provider/upstreamModel`, or a slug without its author; any of them
 * with a suffix such as `:nitro`; an id that hosts use, then also with a suffix.
 * A slug wins over an endpoint id of the same letters (`openai/gpt-4o` is the model at every host), and a suffix over
 * a host's id that ends alike (`…:free` means free endpoints at any host).
 */
export function readName(name: string, index: NameIndex, modelOf: (endpoint: number) => number): Meaning {
  const lower = name.toLowerCase()
  const [, base = '', suffix] = SUFFIXED.exec(lower) ?? []
  const found =
    ours(lower, index, modelOf) ??
    withSuffix(ours(base, index, modelOf), suffix) ??
    oneOf(index.upstreamIds.get(lower)) ??
    withSuffix(oneOf(index.upstreamIds.get(base)), suffix)
  return found ?? { kind: 'unknown' }
}

function ours(lower: string, index: NameIndex, modelOf: (endpoint: number) => number): Meaning | undefined {
  const model = index.slugs.get(lower)
  if (model !== undefined) return { kind: 'model', model }
  const endpoint = index.endpointIds.get(lower)
  if (endpoint !== undefined) return { kind: 'model', model: modelOf(endpoint), endpoint }
  return oneOf(index.shortSlugs.get(lower))
}

function oneOf(models: readonly number[] | undefined): Meaning | undefined {
  if (models === undefined) return undefined
  return models.length === 1 ? { kind: 'model', model: models[0]! } : { kind: 'ambiguous', models }
}

function withSuffix(meaning: Meaning | undefined, suffix: string | undefined): Meaning | undefined {
  return meaning?.kind === 'model' ? { ...meaning, suffix: suffix as Suffix } : meaning
}

function addTo(map: Map<string, number[]>, key: string, row: number): void {
  const rows = map.get(key)
  if (rows === undefined) map.set(key, [row])
  else if (!rows.includes(row)) rows.push(row)
}
