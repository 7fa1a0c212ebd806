import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { asMeritorderError } from '../errors.ts'
import { type HttpServer, listen, type PathParams, sendJson } from './http-server.ts'

let server: HttpServer
before(async () => {
  const telling =
    (route: string) => (_request: unknown, reply: Parameters<typeof sendJson>[0], params: PathParams) =>
      sendJson(reply, 200, { route, params })
  server = await listen({
    host: '127.0.0.1',
    port: 0,
    routes: [
      { method: 'GET', path: '/models', handle: telling('list') },
      { method: 'GET', path: '/models/{id}', handle: telling('one') },
      { method: 'GET', path: '/models/count', handle: telling('count') },
      { method: 'GET', path: '/models/{author}/{slug}/endpoints', handle: telling('endpoints') },
      { method: 'DELETE', path: '/models/{id}', handle: telling('delete') },
    ],
    onError: (error, _request, reply) => {
      const { status, message } = asMeritorderError(error)
      sendJson(reply, status, { message })
    },
  })
})
after(() => server.close(0))

async function ask(path: string, method = 'GET') {
  const reply = await fetch(`${server.url}${path}`, { method })
  return {
    status: reply.status,
    body: (await reply.json()) as { route: string; params: PathParams; message: string },
  }
}

test('a {name} in a path stands for one segment, decoded, and is handed to the route', async () => {
  const { body } = await ask('/v1/models/openai%2Fgpt-5')
  assert.deepEqual(body, { route: 'one', params: { id: 'openai/gpt-5' } })
  const { body: endpoints } = await ask('/api/v1/models/open%20ai/gpt-5:free/endpoints?x=1')
  assert.deepEqual(endpoints, { route: 'endpoints', params: { author: 'open ai', slug: 'gpt-5:free' } })
})

test('a path without names wins over one with', async () => {
  assert.equal((await ask('/v1/models/count')).body.route, 'count')
})

test('the methods of one path go to their own routes, and others are a 405 that names them', async () => {
  assert.equal((await ask('/v1/models/a', 'DELETE')).body.route, 'delete')
  const { status, body } = await ask('/v1/models/a', 'POST')
  assert.equal(status, 405)
  assert.match(body.message, /GET or DELETE/)
})

test('an empty segment is no value, more segments are another path, and broken encoding is a 400', async () => {
  assert.equal((await ask('/v1/models/')).status, 404)
  assert.equal((await ask('/v1/models/a/b/c')).status, 404)
  assert.equal((await ask('/v1/models/%E0%A4%A')).status, 400)
})
