import type { IncomingMessage } from 'node:http'
import type { Config } from '../config/schema.ts'
import { MeritorderError } from '../errors.ts'
import { isObject } from '../is-object.ts'
import type { Fields } from './fields.ts'
import { announcedBytes, readBody } from './read-body.ts'

/**
 * Collects the body, a JSON object, of a request that takes no place of its own: the calls that it has made find theirs, and a
 * place held meanwhile could be the very one that they wait for.
 *
 * @throws MeritorderError `invalid_request` for anything else; as `readBody`
 */
export async function readJsonObject(
  request: IncomingMessage,
  { max_body_bytes: most, upload_timeout_ms: timeoutMs }: Config['server'],
): Promise<Fields> {
  announcedBytes(request, most)
  return jsonObjectOf(await readBody(request, { most, timeoutMs, place: WITHOUT_PLACE }))
}

const WITHOUT_PLACE = { hold: () => {} }

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
