import type { Drift } from '../live/drift-board.ts'
import type { Route } from '../receive/http-server.ts'
import type { Rules } from '../serve/house.ts'
import { asCallerOf } from './as-caller.ts'
import { driftJson } from './drift-json.ts'

/**
 * `GET /v1/drift`: what has changed beneath the predictions, latest first. Models and prices are the same for all callers;
 * what is asked is told of the caller's own calls.
 */
export function driftRoutes(
  rules: () => Rules,
  list: (caller: string | undefined) => readonly Drift[],
): Route[] {
  const asCaller = asCallerOf(rules)
  const handle = asCaller(({ caller }) => ({ data: list(caller).map(driftJson) }))
  return [{ method: 'GET', path: '/drift', handle }]
}
