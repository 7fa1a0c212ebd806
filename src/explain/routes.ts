import { MeritorderError } from '../errors.ts'
import type { HealthBoard } from '../market/health.ts'
import { isSimulated } from '../market/is-simulated.ts'
import { type Route, sendJson } from '../receive/http-server.ts'
import type { House, Rules } from '../serve.ts'
import { asCallerOf } from './as-caller.ts'
import { catalogRoutes } from './catalog/catalog-routes.ts'
import { climateJson, readClimateQuery } from './climate.ts'
import { forgottenJson } from './forgotten-json.ts'
import { readFilters } from './generation-filters.ts'
import { generationPage, ratedStory } from './generation-story.ts'
import { keyInfo } from './key-info.ts'

const GENERATION_ID = /^gen-[0-9a-f]{32}$/

/** What can be asked about the gateway itself: the catalog, finished generations, the caller's key, health. */
export function explainRoutes(
  rules: () => Rules,
  { recorder, admission }: Pick<House, 'recorder' | 'admission'>,
  health: HealthBoard,
  now: () => number,
): Route[] {
  const asCaller = asCallerOf(rules)
  return [
    ...catalogRoutes(rules, health, now, asCaller),
    {
      method: 'GET',
      path: '/key',
      handle: asCaller(async ({ caller }) => ({ data: await keyInfo(recorder, caller, now()) })),
    },
    {
      method: 'GET',
      path: '/climate',
      handle: asCaller(async ({ query, caller }) => {
        const asked = readClimateQuery(query, caller, now())
        return climateJson(asked, await recorder.climate(asked))
      }),
    },
    {
      method: 'GET',
      path: '/credits',
      handle: asCaller(() => {
        throw new MeritorderError(
          'not_found',
          'There are no credits here: calls are paid with your own keys, to the providers. GET /v1/key says what yours have cost.',
        )
      }),
    },
    {
      method: 'GET',
      path: '/generation',
      handle: asCaller(async ({ query, caller }) => {
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
      handle: asCaller(async ({ query, caller }) => {
        // With keys, nobody sees another's calls, whomever he asks for.
        const filters = { ...readFilters(query), ...(caller !== undefined && { caller }) }
        return generationPage(await recorder.list(filters), filters)
      }),
    },
    {
      method: 'DELETE',
      path: '/users/{user}',
      handle: asCaller(async ({ params, caller }) => {
        const { user = '' } = params
        return forgottenJson(
          user,
          await recorder.forgetUser({ user, ...(caller !== undefined && { caller }) }),
        )
      }),
    },
    {
      method: 'GET',
      path: '/health',
      handle: (_request, reply) => {
        const { endpoints, models, providers } = rules().table
        sendJson(reply, 200, {
          status: 'ok',
          simulated: isSimulated(providers),
          models: models.length,
          endpoints: endpoints.length,
          calls: admission.stats,
          records: recorder.stats(),
        })
      },
    },
    {
      method: 'GET',
      path: '/ready',
      handle: (_request, reply) =>
        sendJson(reply, admission.isOpen ? 200 : 503, { status: admission.isOpen ? 'ready' : 'stopping' }),
    },
  ]
}
