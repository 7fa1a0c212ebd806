import type { IncomingMessage } from 'node:http'
import { MeritorderError } from '../errors.ts'
import { type Fields, isObject } from './fields.ts'
import { readBody } from './read-body.ts'

/**
 * Collects a request's body, a JSON object.
 *
 * @throws MeritorderError `invalid_request` for anything else; as `readBody`
 */
export async function readJsonObject(request: IncomingMessage, mostBytes: number): Promise<Fields> {
  const bytes = await readBody(request, mostBytes)
  let body: unknown
  try {
    body = JSON.parse(bytes.toString('utf8'))
  } catch {
    body = undefined
  }
  if (isObject(body)) return body
  throw new MeritorderError('invalid_request', 'The body must be a JSON object.', { limit: 'body' })
}
