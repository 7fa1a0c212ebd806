import { MeritorderError } from '../errors.ts'
import { LOCAL } from '../receive/authenticate.ts'
import { listedItems } from '../receive/dialects/responses/listed-items.ts'
import { storedAnswers } from '../receive/dialects/responses/stored.ts'
import type { Route } from '../receive/http-server.ts'
import type { Recorder } from '../record/recorder.ts'
import type { Rules } from '../serve/house.ts'
import { readConversation, type Store, withNamedItems } from '../serve/stored-conversation.ts'
import { type Asked, asCallerOf } from './as-caller.ts'

const MOST_LISTED = 100

/** What can be done with stored responses, each by its own caller: read it, list what it answers, delete it. */
export function storedResponseRoutes(rules: () => Rules, recorder: Recorder): Route[] {
  const asCaller = asCallerOf(rules)
  const path = '/responses/{id}'
  return [
    {
      method: 'GET',
      path,
      handle: asCaller(async (asked) => {
        if (asked.query.get('stream') === 'true')
          throw refusal('stream', 'A stored response is given whole; streams are not kept. Leave stream out.')
        return JSON.parse((await find(recorder, asked)).body) as unknown
      }),
    },
    {
      method: 'DELETE',
      path,
      handle: asCaller(async (asked) => {
        const id = idOf(asked)
        if (!(await recorder.forgetResponse(id, callerOf(asked)))) throw unknown(id)
        return { id, object: 'response', deleted: true }
      }),
    },
    {
      method: 'GET',
      path: `${path}/input_items`,
      handle: asCaller((asked) => listInput(recorder, asked, rules().config.server.max_body_bytes)),
    },
    {
      method: 'POST',
      path: `${path}/cancel`,
      handle: asCaller(async (asked) => {
        await find(recorder, asked)
        throw refusal(
          'id',
          'Cannot cancel a response that was not made in the background. End its connection.',
        )
      }),
    },
  ]
}

async function listInput(recorder: Recorder, asked: Asked, maxBytes: number) {
  const id = idOf(asked)
  await find(recorder, asked)
  const store: Store = { recorder, stored: storedAnswers, caller: callerOf(asked), maxBytes }
  const turns = await readConversation(store, id)
  const [last, ...before] = turns.reverse()
  const earlier = before
    .reverse()
    .flatMap(({ request, answer }) => storedAnswers.conversationOf(request, answer))
  const own = storedAnswers.conversationOf(last?.request ?? {}, {})
  const items = listedItems(await withNamedItems(store, [...earlier, ...own]), id)
  return page(items, asked.query)
}

/** OpenAI's paging: newest first unless `order` is `asc`, `limit` of them after the item `after`. */
function page(items: readonly { readonly id: string }[], query: URLSearchParams) {
  const limit = Number(query.get('limit') ?? 20)
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST_LISTED)
    throw refusal('limit', `limit must be a whole number from 1 to ${MOST_LISTED}.`)
  const order = query.get('order') ?? 'desc'
  if (order !== 'asc' && order !== 'desc') throw refusal('order', 'order must be asc or desc.')
  const after = query.get('after')
  const ordered = order === 'asc' ? items : items.toReversed()
  const at = after === null ? -1 : ordered.findIndex(({ id }) => id === after)
  if (after !== null && at < 0)
    throw refusal('after', `There is no item '${after.slice(0, 100)}' in this list.`)
  const data = ordered.slice(at + 1, at + 1 + limit)
  return {
    object: 'list',
    data,
    first_id: data[0]?.id ?? '',
    last_id: data.at(-1)?.id ?? '',
    has_more: at + 1 + limit < ordered.length,
  }
}

async function find(recorder: Recorder, asked: Asked) {
  const id = idOf(asked)
  const found = await recorder.findResponse(id, callerOf(asked))
  if (found === undefined) throw unknown(id)
  return found
}

function idOf({ params }: Asked): string {
  return params.id ?? ''
}

function callerOf({ caller }: Asked): string {
  return caller ?? LOCAL.name
}

function unknown(id: string): MeritorderError {
  return new MeritorderError('not_found', `Response with id '${id.slice(0, 100)}' not found.`, {
    limit: 'id',
  })
}

function refusal(field: string, message: string): MeritorderError {
  return new MeritorderError('invalid_request', message, { limit: field })
}
