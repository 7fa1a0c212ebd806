import { MeritorderError } from '../errors.ts'
import type { Route } from '../receive/http-server.ts'
import type { Recorder } from '../record/recorder.ts'
import type { AsCaller, Asked } from './as-caller.ts'
import { climateJson, readClimateQuery } from './climate.ts'
import { forgottenJson } from './forgotten-json.ts'
import { readFilters } from './generation-filters.ts'
import { generationPage, ratedStory } from './generation-story.ts'
import { keyInfo } from './key-info.ts'

/** What is recorded of a caller's calls, and its end. With keys, nobody sees or deletes another's, whomever he asks for. */
export function recordRoutes(recorder: Recorder, now: () => number, asCaller: AsCaller): Route[] {
  const get = (path: string, answer: (asked: Asked) => unknown): Route => ({
    method: 'GET',
    path,
    handle: asCaller(answer),
  })
  return [
    get('/key', async ({ caller }) => ({ data: await keyInfo(recorder, caller, now()) })),
    get('/climate', async ({ query, caller }) => {
      const asked = readClimateQuery(query, caller, now())
      return climateJson(asked, await recorder.climate(asked))
    }),
    get('/credits', () => {
      throw new MeritorderError(
        'not_found',
        'There are no credits here: calls are paid with your own keys, to the providers. GET /v1/key says what yours have cost.',
      )
    }),
    get('/generation', ({ query, caller }) => oneGeneration(recorder, query.get('id'), caller)),
    get('/generations', async ({ query, caller }) => {
      const filters = { ...readFilters(query), ...(caller !== undefined && { caller }) }
      return generationPage(await recorder.list(filters), filters)
    }),
    {
      method: 'DELETE',
      path: '/users/{user}',
      handle: asCaller(async ({ params: { user = '' }, caller }) =>
        forgottenJson(user, await recorder.forgetUser({ user, ...(caller !== undefined && { caller }) })),
      ),
    },
  ]
}

const GENERATION_ID = /^gen-[0-9a-f]{32}$/

async function oneGeneration(recorder: Recorder, id: string | null, caller: string | undefined) {
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
}
