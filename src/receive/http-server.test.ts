import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, before, test } from 'node:test'
import { asMeritorderError, replyHeaders } from '../errors.ts'
import { type Handler, type HttpServer, listen, type PathParams, sendJson } from './http-server.ts'

/** A reply that has begun, and whose end is not in sight. */
const begin: Handler = (_request, reply) => {
  reply.writeHead(200, { 'content-type': 'text/event-stream' })
  reply.write('data: 1\n\n')
  return new Promise((resolve) => reply.once('close', resolve))
}

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
      { method: 'GET', path: '/stream', handle: begin },
    ],
    onError: (error, _request, reply) => {
      const known = asMeritorderError(error)
      sendJson(reply, known.status, { message: known.message }, replyHeaders(known))
    },
  })
})
after(() => server.close(0))

async function ask(path: string, method = 'GET') {
  const reply = await fetch(`${server.url}${path}`, { method })
  return {
    status: reply.status,
    headers: reply.headers,
    body: (await reply.json()) as { route: string; params: PathParams; message: string },
  }
}

test('a {name} in a path stands for one segment, decoded, and is handed to the route', async () => {
  const { body } = await ask('/v1/models/openai%2Fgpt-5')
  assert.deepEqual(body, { route: 'one', params: { id: 'openai/gpt-5' } })
  const { body: endpoints } = await ask('/api/v1/models/open%20ai/gpt-5:free/endpoints?x=1')
  assert.deepEqual(endpoints, { route: 'endpoints', params: { author: 'open ai', slug: 'gpt-5:free' } })
})

test('a path is no pattern because it is written like one', async () => {
  const written = await exchange('GET /v1/models/{id} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n')
  assert.match(written, /"params":\{"id":"\{id\}"\}/)
})

test('what is no HTTP is told so, but not in the middle of a reply', async () => {
  assert.match(await exchange('NONSENSE\r\n\r\n'), /^HTTP\/1\.1 400 /)
  const written = await exchange('GET /v1/stream HTTP/1.1\r\nhost: a\r\n\r\n', 'NONSENSE\r\n\r\n')
  assert.match(written, /data: 1/)
  assert.equal(written.match(/HTTP\/1\.1/g)?.length, 1)
})

/** All that comes back over one connection until the server ends it. `then` is sent when something has come. */
function exchange(first: string, then?: string): Promise<string> {
  return new Promise((resolve) => {
    let came = ''
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1', () => socket.write(first))
    socket.on('data', (bytes) => {
      if (came === '' && then !== undefined) socket.write(then)
      came += bytes
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve(came))
  })
}

test('a path without names wins over one with', async () => {
  assert.equal((await ask('/v1/models/count')).body.route, 'count')
})

test('the methods of one path go to their own routes, and others are a 405 that names them', async () => {
  assert.equal((await ask('/v1/models/a', 'DELETE')).body.route, 'delete')
  const { status, body, headers } = await ask('/v1/models/a', 'POST')
  assert.equal(status, 405)
  assert.match(body.message, /GET or DELETE/)
  assert.equal(headers.get('allow'), 'GET, DELETE')
})

test('an empty segment is no value, more segments are another path, and broken encoding is a 400', async () => {
  assert.equal((await ask('/v1/models/')).status, 404)
  assert.equal((await ask('/v1/models/a/b/c')).status, 404)
  assert.equal((await ask('/v1/models/%E0%A4%A')).status, 400)
})
