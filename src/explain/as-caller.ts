import type { IncomingMessage } from 'node:http'
import { authenticate } from '../receive/authenticate.ts'
import { type Handler, type PathParams, sendJson } from '../receive/http-server.ts'
import type { Rules } from '../serve/house.ts'

/** What a known caller asks about the gateway. */
export interface Asked {
  readonly query: URLSearchParams
  readonly params: PathParams
  /** With keys configured, a caller sees his own calls only; undefined: everybody's. */
  readonly caller: string | undefined
  /** Path without its query. */
  readonly path: string
}

/** Makes a handler that answers known callers with a JSON value. */
export type AsCaller = (answer: (asked: Asked) => unknown) => Handler

/** Admits the callers that the rules in force know. */
export function asCallerOf(rules: () => Rules): AsCaller {
  return (answer) => async (request, reply, params) => {
    sendJson(reply, 200, await answer(readAsked(rules(), request, params)))
  }
}

/** @throws MeritorderError `authentication` or `permission_denied` for whom the rules do not know. */
export function readAsked({ config }: Rules, request: IncomingMessage, params: PathParams): Asked {
  const { keys } = config.server
  const { name } = authenticate(request.headers, request.socket.remoteAddress, keys)
  const target = request.url ?? ''
  const mark = target.indexOf('?')
  return {
    query: new URLSearchParams(mark < 0 ? '' : target.slice(mark + 1)),
    params,
    caller: keys.length === 0 ? undefined : name,
    path: mark < 0 ? target : target.slice(0, mark),
  }
}
