import type { IncomingMessage } from 'node:http'
import { MeritorderError } from '../errors.ts'
import { authenticate } from '../receive/authenticate.ts'
import { type Handler, type Route, sendJson } from '../receive/http-server.ts'
import type { Recorder } from '../record/recorder.ts'
import type { Rules } from '../serve.ts'
import { generationStory, ratedStory } from './generation-story.ts'
import { listModels } from './model-list.ts'

const MAX_LISTED = 1000
const GENERATION_ID = /^gen-[0-9a-f]{32}$/

/** What can be asked about the gateway itself: models, finished generations, health. */
export function explainRoutes(rules: () => Rules, recorder: Recorder): Route[] {
  /** With keys configured, a caller sees his own calls only. */
  const asCaller = (answer: (query: URLSearchParams, caller: string | undefined) => unknown): Handler => {
    return async (request, reply) => {
      const { keys } = rules().config.server
      const { name } = authenticate(request.headers, request.socket.remoteAddress, keys)
      sendJson(reply, 200, await answer(queryOf(request), keys.length === 0 ? undefined : name))
    }
  }
  return [
    { method: 'GET', path: '/models', handle: asCaller(() => listModels(rules().table)) },
    {
      method: 'GET',
      path: '/generation',
      handle: asCaller(async (query, caller) => {
        const id = query.get('id')
        if (id === null)
          throw new MeritorderError('invalid_request', 'Ask for one generation: /v1/generation?id=gen-…', {
            limit: 'id',
          })
        const stored = GENERATION_ID.test(id) ? await recorder.find(id) : undefined
        if (stored === undefined || (caller !== undefined && stored.generation.caller !== caller))
          throw new MeritorderError('not_found', `No generation ${id.slice(0, 100)} is recorded here.`, {
            limit: 'id',
          })
        return { data: ratedStory(stored, await recorder.ratings(id)) }
      }),
    },
    {
      method: 'GET',
      path: '/generations',
      handle: asCaller(async (query, caller) => {
        const limit = readLimit(query.get('limit'))
        const rows = await recorder.list({ limit, ...(caller === undefined ? {} : { caller }) })
        return { data: rows.map(generationStory) }
      }),
    },
    {
      method: 'GET',
      path: '/health',
      handle: (_request, reply) => {
        const { endpoints, models } = rules().table
        sendJson(reply, 200, {
          status: 'ok',
          models: models.length,
          endpoints: endpoints.length,
          records: recorder.stats(),
        })
      },
    },
  ]
}

function queryOf(request: IncomingMessage): URLSearchParams {
  const target = request.url ?? ''
  const mark = target.indexOf('?')
  return new URLSearchParams(mark < 0 ? '' : target.slice(mark + 1))
}

function readLimit(text: string | null): number {
  if (text === null) return 20
  const limit = Number(text)
  if (Number.isInteger(limit) && limit >= 1 && limit <= MAX_LISTED) return limit
  throw new MeritorderError('invalid_request', `limit must be a whole number from 1 to ${MAX_LISTED}.`, {
    limit: 'limit',
  })
}
