import type { Endpoint } from '../market/offer.ts'
import { isSoldElsewhere, otherSlugs } from '../market/openrouter-providers.ts'
import { statedQuantization } from '../market/quantization.ts'
import type { CandidateTable } from './candidate-table.ts'
import { unknownProvider } from './refusals.ts'

/** The place of an endpoint that no slug of a list means. */
export const NOWHERE = 65_535

/** Lists of providers are usually the same from call to call: this many are remembered. */
const REMEMBERED = 64

/**
 * The place, in a list of provider slugs, of the first one that means each endpoint; `NOWHERE` for those that none does.
 * A base slug (`deepinfra`) means all endpoints of a provider, under OpenRouter's name for it too; a full slug
 * (`deepinfra/turbo`) those whose quantization, name at the host or address has the word behind the slash.
 *
 * @param field where the caller wrote the list; undefined for a list of the configuration, whose providers may be
 *   switched off.
 * @throws MeritorderError `invalid_request` for a slug that means no provider at all.
 */
export function providerPlaces(
  slugs: readonly string[],
  table: CandidateTable,
  field: string | undefined,
): Uint16Array {
  const { providerPlaces: remembered } = table.scratch
  // Whatever stands in a slug, no list may be taken for another.
  const key = JSON.stringify([field, slugs])
  const known = remembered.get(key)
  if (known !== undefined) return known
  const places = new Uint16Array(table.endpoints.length).fill(NOWHERE)
  const meant = meaningsByProvider(slugs, table, field)
  for (let e = 0; e < places.length; e++) {
    const p = table.provider[e]!
    const { baseUrl = '' } = table.providers[p]!
    const first = meant
      .get(p)
      ?.find(({ variant }) => variant === undefined || isVariant(table.endpoints[e]!, baseUrl, variant))
    if (first !== undefined) places[e] = first.place
  }
  if (remembered.size >= REMEMBERED) remembered.clear()
  remembered.set(key, places)
  return places
}

/** What the slugs of a list that mean a provider say of it, in their order. */
interface SlugMeaning {
  readonly place: number
  /** The word behind the slash. */
  readonly variant: string | undefined
}

/** By the provider's row. */
function meaningsByProvider(
  slugs: readonly string[],
  table: CandidateTable,
  field: string | undefined,
): ReadonlyMap<number, SlugMeaning[]> {
  const rows = new Map(table.providers.map(({ slug }, p) => [slug.toLowerCase(), p]))
  const meanings = new Map<number, SlugMeaning[]>()
  for (const [place, slug] of slugs.entries()) {
    const lower = slug.toLowerCase()
    const slash = lower.indexOf('/')
    const base = slash < 0 ? lower : lower.slice(0, slash)
    const names = new Set([base, ...otherSlugs(base)])
    const found = [...names].flatMap((name) => rows.get(name) ?? [])
    if (found.length === 0 && field !== undefined && !existsElsewhere(base, names, table))
      throw unknownProvider(slug, field, table)
    const meaning = { place, variant: slash < 0 ? undefined : lower.slice(slash + 1) }
    for (const p of found) meanings.set(p, [...(meanings.get(p) ?? []), meaning])
  }
  return meanings
}

/** True for a provider that is not enabled, and for one of OpenRouter's that the catalog does not have. */
function existsElsewhere(base: string, names: ReadonlySet<string>, { everything }: CandidateTable): boolean {
  return (
    isSoldElsewhere(base) || everything.catalog.providers.some(({ slug }) => names.has(slug.toLowerCase()))
  )
}

/** `…-Instruct-Turbo` has the word `turbo`, `https://us-east5-aiplatform…` the word `us-east5`. */
function isVariant({ quantization, upstreamModel, baseUrl }: Endpoint, ofProvider: string, variant: string) {
  if ((quantization ?? statedQuantization(upstreamModel)) === variant) return true
  return (
    hasWord(upstreamModel.toLowerCase(), variant) || hasWord((baseUrl ?? ofProvider).toLowerCase(), variant)
  )
}

function hasWord(text: string, word: string): boolean {
  const isEdge = (character: string | undefined) => character === undefined || !/[a-z0-9]/.test(character)
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1))
    if (isEdge(text[at - 1]) && isEdge(text[at + word.length])) return true
  return false
}
