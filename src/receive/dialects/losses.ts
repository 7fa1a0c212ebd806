import type { Fields } from '../fields.ts'
import { STEERING_FIELDS } from '../wishes.ts'
import type { Loss } from './dialect.ts'

/** Read by the gateway itself, whatever the dialect. */
const OURS = new Set([...STEERING_FIELDS, 'model', 'stream', 'stream_options', 'metadata', 'user'])

/**
 * The members of a body that the canonical form has no place for: all that are neither `told` in it, nor steer the
 * gateway, nor are kept with the record. Null counts as absent.
 */
export function untold(body: Fields, told: ReadonlySet<string>): Loss[] {
  return Object.entries(body)
    .filter(([field, value]) => value !== null && !told.has(field) && !OURS.has(field))
    .map(([field]) => ({ field, reason: 'has no equal at providers that speak another dialect' }))
}
