import type { Drift } from '../drift-board.ts'
import type { Route } from '../receive/http-server.ts'
import type { Rules } from '../serve.ts'
import { asCallerOf } from './as-caller.ts'
import { driftJson } from './drift-json.ts'

/** `GET /v1/drift`: what has changed beneath the predictions, latest first. */
export function driftRoutes(rules: () => Rules, list: () => readonly Drift[]): Route[] {
  const asCaller = asCallerOf(rules)
  return [{ method: 'GET', path: '/drift', handle: asCaller(() => ({ data: list().map(driftJson) })) }]
}
