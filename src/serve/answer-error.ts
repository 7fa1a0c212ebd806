import type { IncomingMessage, ServerResponse } from 'node:http'
import { asMeritorderError, replyHeaders, statusIn } from '../errors.ts'
import { chatCompletions } from '../receive/dialects/chat-completions.ts'
import type { Dialect } from '../receive/dialects/dialect.ts'
import { isOpenRouterPath, sendJson } from '../receive/http-server.ts'
import type { Log } from '../telemetry/log.ts'
import { DIALECTS } from './dialects.ts'

/** Whatever goes wrong before an answer has begun becomes one clear error; afterwards only the connection can tell. */
export function answerError(error: unknown, request: IncomingMessage, reply: ServerResponse, log: Log): void {
  const dialect = dialectAt(request.url)
  const known = asMeritorderError(error)
  if (known.code === 'server')
    log.error({ err: error, path: request.url }, 'a request failed inside the gateway')
  if (reply.headersSent || reply.destroyed) {
    reply.destroy()
    return
  }
  const asking = { openRouterClient: isOpenRouterPath(request.url) }
  sendJson(reply, statusIn(known, dialect.statusOf), dialect.writeError(known, asking), replyHeaders(known))
}

/** What goes wrong is told in the words of the dialect whose clients ask for a path: its own, or one below it. */
function dialectAt(url = ''): Dialect {
  const [, path = ''] = /^(?:\/api)?\/v1(\/[^?]*)/.exec(url) ?? []
  const known = Object.entries(DIALECTS).find(([own]) => path === own || path.startsWith(`${own}/`))
  return known?.[1] ?? chatCompletions
}
