import { MeritorderError } from '../errors.ts'
import { isObject } from '../json/is-object.ts'
import type { Fields } from './fields.ts'

/**
 * A body that is a JSON object.
 *
 * @throws MeritorderError `invalid_request` for anything else
 */
export function jsonObjectOf(bytes: Buffer): Fields {
  let body: unknown
  try {
    body = JSON.parse(bytes.toString('utf8'))
  } catch {
    body = undefined
  }
  if (isObject(body)) return body
  throw new MeritorderError('invalid_request', 'The body must be a JSON object.', { limit: 'body' })
}
