import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { loadConfig } from '../src/config/load.ts'
import { MeritorderError } from '../src/errors.ts'
import { startGateway } from '../src/gateway.ts'
import { createLog } from '../src/telemetry/log.ts'
import { startTestGateway } from './start-test-gateway.ts'

const folder = mkdtempSync(join(tmpdir(), 'meritorder-trouble-'))
after(() => rmSync(folder, { recursive: true, force: true }))

/** Starts a gateway in a folder of that name with nothing in the environment: no key, no local server. */
function start(name: string, yaml = '', port = 0) {
  const path = join(folder, `${name}.yaml`)
  writeFileSync(path, `local_servers: { discover: false }\nrecord: { data_folder: ${name} }\n${yaml}`)
  const { config } = loadConfig({ path, environment: {}, cwd: folder, overrides: { port } })
  return startGateway({ config, environment: {}, log: createLog('silent') })
}

const refusal = (words: RegExp) => (error: unknown) =>
  error instanceof MeritorderError && words.test(error.message)

test('without any provider the gateway runs and every call says what to do', async () => {
  const gateway = await start('keyless')
  const body = JSON.stringify({ model: 'auto', messages: [{ role: 'user', content: 'hi' }] })
  const reply = await fetch(`${gateway.url}/v1/chat/completions`, { method: 'POST', body })
  const { error } = (await reply.json()) as { error: { message: string } }
  assert.equal(reply.status, 404)
  assert.match(error.message, /key/)
  assert.match(error.message, /--practice/)
  await gateway.close()
})

test('a second gateway on the same data folder is refused, told who holds it, and the first goes on', async () => {
  const first = await start('shared')
  await assert.rejects(start('shared'), refusal(new RegExp(`${process.pid}`)))
  assert.equal((await fetch(`${first.url}/health`)).status, 200)
  await first.close()
  const next = await start('shared')
  await next.close()
})

test('a port that is taken is refused by name, and the data folder is free again', async () => {
  const squatter = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => squatter.once('listening', resolve))
  const { port } = squatter.address() as { port: number }
  await assert.rejects(
    start('port', '', port),
    refusal(new RegExp(`127.0.0.1:${port}.*already.*server.port`)),
  )
  squatter.close()
  const gateway = await start('port')
  await gateway.close()
})

test('callers with configured keys are let in by key alone, and see their own calls only', async () => {
  const line = (name: string) =>
    `{ name: ${name}, sha256: ${createHash('sha256').update(`key-of-${name}`).digest('hex')} }`
  const t = await startTestGateway(`server:\n  keys: [${line('alice')}, ${line('bob')}]\n`)
  const get = (path: string, name: string) =>
    fetch(`${t.gateway.url}${path}`, { headers: { authorization: `Bearer key-of-${name}` } })
  assert.equal((await get('/v1/models', 'mallory')).status, 401)
  assert.equal((await fetch(`${t.gateway.url}/health`)).status, 200)
  const messages = [{ role: 'user' as const, content: 'for alice only' }]
  await assert.rejects(t.openai.chat.completions.create({ model: 'auto', messages }), { status: 401 })
  const headers = { authorization: 'Bearer key-of-alice' }
  const { response } = await t.openai.chat.completions
    .create({ model: 'auto', messages }, { headers })
    .withResponse()
  const path = `/v1/generation?id=${response.headers.get('x-generation-id')}`
  assert.equal((await get(path, 'alice')).status, 200)
  assert.equal((await get(path, 'bob')).status, 404)
  const listed = async (name: string, query = '') =>
    ((await (await get(`/v1/generations${query}`, name)).json()) as { data: object[] }).data.length
  assert.deepEqual([await listed('alice'), await listed('bob')], [1, 0])
  for (const query of ['?caller=alice', '?caller=alice&whole=true', '?text=alice'])
    assert.deepEqual([await listed('alice', query), await listed('bob', query)], [1, 0], query)
  const before = `/v1/generations?before=${response.headers.get('x-generation-id')}`
  assert.deepEqual([(await get(before, 'alice')).status, (await get(before, 'bob')).status], [200, 400])
  assert.equal((await get('/v1/generation?id=%00', 'alice')).status, 404)
  await t.close()
})

test('record.storage decides what is kept: everything, the numbers, or nothing', async () => {
  for (const storage of ['metadata', 'off'] as const) {
    const t = await startTestGateway(`record: { storage: ${storage} }\n`)
    const { response } = await t.openai.chat.completions
      .create({ model: 'auto', messages: [{ role: 'user', content: 'a secret prompt' }] })
      .withResponse()
    const reply = await fetch(`${t.gateway.url}/v1/generation?id=${response.headers.get('x-generation-id')}`)
    const text = await reply.text()
    assert.equal(reply.status, storage === 'off' ? 404 : 200)
    assert.equal(text.includes('a secret prompt'), false)
    if (storage === 'metadata') assert.equal(JSON.parse(text).data.outcome, 'complete')
    await t.close()
  }
})

test('case 50: a changed configuration is in force for the next call, and a broken one changes nothing', async () => {
  const path = join(folder, 'live.yaml')
  const load = () => loadConfig({ path, environment: {}, cwd: folder, overrides: { port: 0 } }).config
  const write = (policy: string) =>
    writeFileSync(
      path,
      `local_servers: { discover: false }\nrecord: { data_folder: live }\nproviders: { groq: { key: k } }\n${policy}`,
    )
  write('policy: { default: balanced }\n')
  const logged: string[] = []
  const { promise: changed, resolve: noteChange } = Promise.withResolvers<void>()
  const { promise: refused, resolve: noteRefusal } = Promise.withResolvers<void>()
  const log = createLog('info', {
    readable: false,
    destination: {
      write(line: string) {
        logged.push(line)
        if (line.includes('is in force;')) noteChange()
        if (line.includes('is broken')) noteRefusal()
      },
    },
  })
  const gateway = await startGateway({ config: load(), environment: {}, log, watch: { path, load } })
  const policyOf = async () => {
    const body = JSON.stringify({ model: 'auto', messages: [{ role: 'user', content: 'hi' }] })
    const reply = await fetch(`${gateway.url}/v1/route`, { method: 'POST', body })
    return ((await reply.json()) as { policy: string }).policy
  }
  assert.equal(await policyOf(), 'balanced')
  write('policy: { default: cheap }\n')
  await changed
  assert.equal(await policyOf(), 'cheap')
  write('policy: { defualt: fast }\n')
  await refused
  assert.equal(await policyOf(), 'cheap')
  assert.match(logged.join(''), /live\.yaml:4:/)
  await gateway.close()
})
