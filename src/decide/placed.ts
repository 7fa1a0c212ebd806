import { countriesOf, isInside } from '../market/places.ts'
import type { CandidateTable } from './candidate-table.ts'

/** Lists of places are usually the same from call to call: this many are remembered. */
const REMEMBERED = 64

/** What a list of places may be held against. */
type Placing = 'regions' | 'headquarters'

/**
 * One flag per endpoint: is it known to process prompts nowhere but in these places, or is its provider known to be
 * based in one of them? What is unknown is not.
 *
 * @param places country codes, EU, EEA
 */
export function placedWithin(places: readonly string[], of: Placing, table: CandidateTable): Uint8Array {
  const { placed } = table.scratch
  const key = `${of}\n${places.join()}`
  const known = placed.get(key)
  if (known !== undefined) return known
  const allowed = countriesOf(places)
  const flags = Uint8Array.from(table.endpoints, (_, e) => Number(isInside(placesOf(table, e, of), allowed)))
  if (placed.size >= REMEMBERED) placed.clear()
  placed.set(key, flags)
  return flags
}

/** Where a row's endpoint is known to process prompts; undefined where it is not known. */
export function regionsAt({ endpoints, providers, provider }: CandidateTable, e: number) {
  return endpoints[e]!.regions ?? providers[provider[e]!]!.regions
}

function placesOf(table: CandidateTable, e: number, of: Placing): readonly string[] | undefined {
  if (of === 'regions') return regionsAt(table, e)
  const { headquarters } = table.providers[table.provider[e]!]!
  return headquarters === undefined ? undefined : [headquarters]
}
