import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { after, before, beforeEach, test } from 'node:test'
import { createLog } from '../../src/telemetry/log.ts'
import type { SeenRequest } from '../scripted-upstream.ts'
import { answering, CALL, startWithUpstream, until, type WithUpstream } from './start-with-upstream.ts'

/** Two models, each at two hosts: `first` is the cheaper. */
const selling = (url: string) => `local_servers: { discover: false }
providers:
${['first', 'second']
  .map(
    (slug, i) =>
      `  ${slug}: { base_url: '${url}/${slug}', models: [${['one', 'two']
        .map(
          (model) =>
            `{ id: ${model}, model: acme/${model}, price: { prompt: ${i + 1}, completion: ${i + 1} } }`,
        )
        .join(', ')}] }`,
  )
  .join('\n')}
`

let t: WithUpstream
let logged = ''
before(async () => {
  const destination = {
    write(line: string) {
      logged += line
    },
  }
  t = await startWithUpstream(selling, createLog('info', { readable: false, destination }))
})
beforeEach(() => t.upstream.answer(answering('hello')))
after(() => t.close())

const isAt = (slug: string, { path }: SeenRequest) => path.startsWith(`/${slug}/`)
const providerOf = (reply: Response) => reply.headers.get('x-meritorder-provider')

/** The file with other lines, and what the log says once it has been read. */
async function change(yaml: string, told: RegExp): Promise<void> {
  logged = ''
  writeFileSync(t.path, yaml)
  await until(() => told.test(logged))
}

test('case 50: a call keeps the plan that it began with while the configuration changes', async () => {
  const before = readFileSync(t.path, 'utf8')
  const failing = Promise.withResolvers<void>()
  t.upstream.answer((request) =>
    isAt('first', request)
      ? { status: 500, pieces: [], ending: 'hang', goOn: () => failing.promise }
      : answering('from the second'),
  )
  const call = t.post({ ...CALL, model: 'acme/one' })
  await until(() => t.upstream.seen.length > 0)
  await change(
    `${before}  second: { enabled: false }\n`.replace(/^ {2}second: \{ base_url.*\n/m, ''),
    /is in force/,
  )
  const models = (await (await fetch(`${t.gateway.url}/v1/providers`)).text()).includes('second')
  assert.equal(models, false)
  failing.resolve()
  const reply = await call
  assert.deepEqual([reply.status, providerOf(reply)], [200, 'second'])
  await change(before, /is in force/)
})

test('case 54: the clock is set back an hour: ids still sort by time, and a pause ends when it should', async (context) => {
  const idOf = (reply: Response) => reply.headers.get('x-generation-id') ?? ''
  t.upstream.answer((request) =>
    isAt('first', request)
      ? { status: 503, headers: { 'retry-after': '1' }, pieces: ['{"error":{"message":"slow down"}}'] }
      : answering('hello'),
  )
  const limited = await t.post({ ...CALL, model: 'acme/two' })
  assert.equal(providerOf(limited), 'second')
  t.upstream.answer(answering('hello'))
  context.mock.timers.enable({ apis: ['Date'], now: Date.now() - 3_600_000 })
  const ids = [idOf(limited)]
  await until(async () => {
    const reply = await t.post({ ...CALL, model: 'acme/two' })
    ids.push(idOf(reply))
    return providerOf(reply) === 'first'
  })
  assert.deepEqual(ids, ids.toSorted())
  const { created_at } = await t.story(limited)
  assert.ok(Date.parse(String(created_at)) > Date.now() + 3_000_000, String(created_at))
})

test('case 48: without keys nobody but this machine is answered, and no web page of another site', async () => {
  assert.match(t.gateway.url, /^http:\/\/127\.0\.0\.1:/)
  const { port } = new URL(t.gateway.url)
  const ask = (head: string) => {
    const socket = connect(Number(port), '127.0.0.1')
    socket.write(`GET /v1/generations HTTP/1.1\r\n${head}connection: close\r\n\r\n`)
    return text(socket)
  }
  const own = await ask(`host: 127.0.0.1:${port}\r\n`)
  assert.match(own, /^HTTP\/1\.1 200/)
  assert.doesNotMatch(own, /access-control-allow/i)
  for (const head of [
    'host: evil.example\r\n',
    'host: 127.0.0.1.evil.example\r\n',
    'host: localhost\r\norigin: https://evil.example\r\n',
    'host: localhost\r\norigin: null\r\n',
  ])
    assert.match(await ask(head), /^HTTP\/1\.1 403/, head)
})
