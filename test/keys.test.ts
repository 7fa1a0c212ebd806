import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, beforeEach, test } from 'node:test'
import { request } from 'undici'
import { loadConfig } from '../src/config/load.ts'
import { type Gateway, startGateway } from '../src/gateway.ts'
import type { Log } from '../src/telemetry/log.ts'
import { commandLineIn } from './command-line.ts'

/** What a provider says to a key: its status and headers; by default an answer. */
type Verdict = readonly [status: number, headers?: Record<string, string>]

let verdicts: Record<string, Verdict>
/** The keys that arrived, in order. */
let seen: string[]
let provider: Server
let url: string
let folder: string
let gateway: Gateway | undefined
let logged: string[]

before(async () => {
  provider = createServer(answer)
  provider.listen(0, '127.0.0.1')
  await once(provider, 'listening')
  url = `http://127.0.0.1:${(provider.address() as AddressInfo).port}/v1`
})
beforeEach(() => {
  verdicts = {}
  seen = []
  logged = []
  folder = mkdtempSync(join(tmpdir(), 'meritorder-keys-test-'))
})
afterEach(async () => {
  await gateway?.close()
  gateway = undefined
  rmSync(folder, { recursive: true, force: true })
})
after(() => {
  provider.closeAllConnections()
  provider.close()
})

function answer(incoming: IncomingMessage, reply: ServerResponse): void {
  const key = String(incoming.headers.authorization ?? 'none').replace('Bearer ', '')
  seen.push(key)
  const [status, headers = {}] = verdicts[key] ?? [200]
  const message = { role: 'assistant', content: key }
  const body =
    status === 200
      ? { object: 'chat.completion', choices: [{ index: 0, message, finish_reason: 'stop' }] }
      : { error: { message: `I do not like ${key}` } }
  reply.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}

async function start(yaml: string, environment: Record<string, string> = {}): Promise<void> {
  const path = join(folder, 'meritorder.yaml')
  const home = { MERITORDER_HOME: join(folder, 'data'), ...environment }
  writeFileSync(path, `local_servers: { discover: false }\n${yaml}`)
  const load = () => loadConfig({ path, environment: home, cwd: folder, overrides: { port: 0 } }).config
  gateway = await startGateway({
    config: load(),
    watch: { path, load },
    environment: home,
    log: recordingLog(),
  })
}

/** Everything that is logged, as text. */
function recordingLog(): Log {
  const write = (...said: unknown[]) => void logged.push(JSON.stringify(said))
  return { info: write, warn: write, error: write, debug: write } as unknown as Log
}

const acme = (keys: string) =>
  `providers:\n  acme:\n    base_url: ${url}\n    ${keys}\n    models: [{ id: m, model: acme/m, price: { prompt: 1, completion: 1 } }]\n`

async function call(model = 'acme/m') {
  const body = JSON.stringify({ model, messages: [{ role: 'user', content: 'hello' }] })
  const reply = await request(`${gateway!.url}/v1/chat/completions`, { method: 'POST', body })
  return { status: reply.statusCode, text: await reply.body.text() }
}

for (const status of [401, 403, 429])
  test(`a key that is refused with ${status} rests, and the same call goes on with the next one`, async () => {
    await start(acme('keys: [sk-first-key, sk-second-key]'))
    verdicts = { 'sk-first-key': [status, { 'retry-after': '60' }] }
    for (let calls = 0; calls < 3; calls++) assert.equal((await call()).status, 200)
    assert.deepEqual(seen, ['sk-first-key', 'sk-second-key', 'sk-second-key', 'sk-second-key'])
  })

test('a fault that is not the key’s does not cost the next one', async () => {
  await start(acme('keys: [sk-first-key, sk-second-key]'))
  verdicts = { 'sk-first-key': [500] }
  assert.equal((await call()).status, 502)
  assert.deepEqual(seen, ['sk-first-key'])
})

test('a changed configuration wakes every key', async () => {
  await start(acme('keys: [sk-first-key, sk-second-key]'))
  verdicts = { 'sk-first-key': [401] }
  await call()
  verdicts = {}
  const path = join(folder, 'meritorder.yaml')
  writeFileSync(path, `${readFileSync(path, 'utf8')}# saved again\n`)
  await until(async () => (await call()).text.includes('sk-first-key'))
})

test('no key is told to anybody: not to the caller, the log, the files or the command line', async () => {
  await start(acme('keys: [sk-first-key, sk-second-key]'))
  verdicts = { 'sk-first-key': [401], 'sk-second-key': [400] }
  const { status, text } = await call()
  assert.equal(status, 400)
  assert.match(text, /I do not like \[key\]/)
  await gateway!.close()
  gateway = undefined
  const commands = commandLineIn(folder)
  const environment = { MERITORDER_HOME: join(folder, 'data') }
  const told = [text, ...logged, ...filesBelow(join(folder, 'data'))]
  for (const command of ['doctor', 'providers', 'generations'])
    told.push(...Object.values(await commands.run([command, '--json'], environment)).map(String))
  for (const key of ['sk-first-key', 'sk-second-key'])
    assert.deepEqual(
      told.filter((words) => words.includes(key)),
      [],
    )
})

test('a redirect is not followed, with or without a key', async () => {
  const other: string[] = []
  const thief = createServer((incoming, reply) => {
    other.push(String(incoming.headers.authorization))
    reply.end()
  }).listen(0, '127.0.0.1')
  await once(thief, 'listening')
  const location = `http://127.0.0.1:${(thief.address() as AddressInfo).port}/v1/chat/completions`
  await start(acme('key: sk-first-key'))
  for (const status of [301, 302, 307, 308]) {
    verdicts = { 'sk-first-key': [status, { location }] }
    assert.equal((await call()).status, 502)
  }
  thief.close()
  assert.deepEqual(other, [])
  assert.equal(seen.length, 4)
})

test('the key of a known provider does not follow it to another address', async () => {
  const moved = `providers:\n  openai: { base_url: '${url}'`
  await start(`${moved} }\n`, { OPENAI_API_KEY: 'sk-of-openai' })
  assert.equal((await call('openai/gpt-4o-mini')).status, 200)
  assert.deepEqual(seen, ['none'])
  await gateway!.close()
  await start(`${moved}, key_env: OPENAI_API_KEY }\n`, { OPENAI_API_KEY: 'sk-of-openai' })
  assert.equal((await call('openai/gpt-4o-mini')).status, 200)
  assert.deepEqual(seen, ['none', 'sk-of-openai'])
})

test('a key in a file is read again when the file changes', async () => {
  const file = join(folder, 'acme.key')
  writeFileSync(file, 'sk-of-the-file\n', { mode: 0o600 })
  await start(acme('key_file: acme.key'))
  assert.match((await call()).text, /sk-of-the-file/)
  writeFileSync(file, 'sk-of-the-changed-file\n')
  await until(async () => (await call()).text.includes('sk-of-the-changed-file'))
})

test('a stored key is listed by its fingerprint alone, used at once by a running gateway, and removed again', async () => {
  const environment = {
    MERITORDER_HOME: join(folder, 'data'),
    MERITORDER_MASTER_KEY: 'a master key of good length',
  }
  await start(acme('enabled: true'), environment)
  assert.match((await call()).text, /"content":"none"/)
  const commands = commandLineIn(folder)
  const added = await commands.run(['keys', 'add', 'acme'], environment, 'sk-of-the-store\n')
  assert.equal(added.code, 0, added.stderr)
  await until(async () => (await call()).text.includes('sk-of-the-store'))
  const listed = await commands.run(['keys', 'list', '--json'], environment)
  const [{ fingerprint, host }] = JSON.parse(listed.stdout).keys
  assert.equal(host, new URL(url).host)
  for (const said of [added, listed]) assert.doesNotMatch(said.stdout + said.stderr, /sk-of-the-store/)
  const wrong = await commands.run(['keys', 'list'], {
    ...environment,
    MERITORDER_MASTER_KEY: 'x'.repeat(20),
  })
  assert.equal(wrong.code, 1)
  assert.match(wrong.stderr, /MERITORDER_MASTER_KEY is not the master key that/)
  const removed = await commands.run(['keys', 'remove', 'acme', fingerprint], environment)
  assert.equal(removed.code, 0, removed.stderr)
  await until(async () => (await call()).text.includes('"content":"none"'))
})

/** Waits for what a watched file brings about. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 10_000
  while (!(await holds())) assert.ok(performance.now() < end, 'it did not happen')
}

function filesBelow(path: string): string[] {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
}
