import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, test } from 'node:test'
import { request } from 'undici'
import { loadConfig } from '../src/config/load.ts'
import type { Gateway } from '../src/gateway.ts'
import type { Log } from '../src/telemetry/log.ts'
import { commandLineIn } from './command-line.ts'
import { startGateway } from './start-gateway.ts'

/** What a provider says to a key: its status and headers; by default an answer. */
type Verdict = readonly [status: number, headers?: Record<string, string>]

let verdicts: Record<string, Verdict> = {}
/** The keys that arrived, in order. */
const seen: string[] = []
const logged: string[] = []
let provider: Server
let url: string
let folder: string
let gateway: Gateway

const ENVIRONMENT = {
  OPENAI_API_KEY: 'sk-of-openai',
  GROQ_API_KEY: 'sk-of-groq',
  MERITORDER_MASTER_KEY: 'a master key of good length',
}

/** Hosts of our own, one a test, because a key that was refused in one test rests in the next. */
const hosts = () =>
  ({
    a401: 'keys: [a401-first-key, a401-second-key]',
    a403: 'keys: [a403-first-key, a403-second-key]',
    a429: 'keys: [a429-first-key, a429-second-key]',
    broken: 'keys: [broken-first-key, broken-second-key]',
    woken: 'keys: [woken-first-key, woken-second-key]',
    told: 'keys: [told-first-key, told-second-key]',
    redirect: 'key: redirect-first-key',
    filed: 'key_file: filed.key',
    kept: 'enabled: true',
  }) satisfies Record<string, string>

before(async () => {
  provider = createServer(answer)
  provider.listen(0, '127.0.0.1')
  await once(provider, 'listening')
  url = `http://127.0.0.1:${(provider.address() as AddressInfo).port}/v1`
  folder = mkdtempSync(join(tmpdir(), 'meritorder-keys-test-'))
  writeFileSync(join(folder, 'filed.key'), 'sk-of-the-file\n', { mode: 0o600 })
  writeFileSync(
    join(folder, 'meritorder.yaml'),
    [
      'local_servers: { discover: false }',
      'providers:',
      `  openai: { base_url: '${url}' }`,
      `  groq: { base_url: '${url}', key_env: GROQ_API_KEY }`,
      ...Object.entries(hosts()).map(
        ([slug, keys]) =>
          `  ${slug}: { base_url: '${url}', ${keys}, models: [{ id: m, model: ${slug}/m, price: { prompt: 1, completion: 1 } }] }`,
      ),
      '',
    ].join('\n'),
  )
  gateway = await start()
})
beforeEach(() => {
  verdicts = {}
  seen.length = 0
})
after(async () => {
  await gateway.close()
  provider.closeAllConnections()
  provider.close()
  rmSync(folder, { recursive: true, force: true })
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

function start(): Promise<Gateway> {
  const path = join(folder, 'meritorder.yaml')
  const environment = { MERITORDER_HOME: join(folder, 'data'), ...ENVIRONMENT }
  const load = () => loadConfig({ path, environment, cwd: folder, overrides: { port: 0 } }).config
  return startGateway({ config: load(), watch: { path, load }, environment, log: recordingLog() })
}

/** Everything that is logged, as text. */
function recordingLog(): Log {
  const write = (...said: unknown[]) => void logged.push(JSON.stringify(said))
  return { info: write, warn: write, error: write, debug: write } as unknown as Log
}

async function call(model: string) {
  const body = JSON.stringify({ model, messages: [{ role: 'user', content: 'hello' }] })
  const reply = await request(`${gateway.url}/v1/chat/completions`, { method: 'POST', body })
  return { status: reply.statusCode, text: await reply.body.text() }
}

for (const status of [401, 403, 429])
  test(`a key that is refused with ${status} rests, and the same call goes on with the next one`, async () => {
    const [first, second] = [`a${status}-first-key`, `a${status}-second-key`]
    verdicts = { [first]: [status, { 'retry-after': '60' }] }
    for (let calls = 0; calls < 3; calls++) assert.equal((await call(`a${status}/m`)).status, 200)
    assert.deepEqual(seen, [first, second, second, second])
  })

test('a fault that is not the key’s does not cost the next one', async () => {
  verdicts = { 'broken-first-key': [500] }
  assert.equal((await call('broken/m')).status, 502)
  assert.deepEqual([...new Set(seen)], ['broken-first-key'])
})

test('case 43: a redirect is not followed', async () => {
  const arrived: string[] = []
  const thief = createServer((incoming, reply) => {
    arrived.push(String(incoming.headers.authorization))
    reply.end()
  }).listen(0, '127.0.0.1')
  await once(thief, 'listening')
  const location = `http://127.0.0.1:${(thief.address() as AddressInfo).port}/v1/chat/completions`
  for (const status of [301, 302, 307, 308]) {
    verdicts = { 'redirect-first-key': [status, { location }] }
    assert.equal((await call('redirect/m')).status, 502)
  }
  thief.close()
  assert.deepEqual(arrived, [])
  assert.equal(seen.length, 4)
})

test('the key of a known provider follows it to another address only where the configuration names it', async () => {
  assert.equal((await call('openai/gpt-4o-mini')).status, 200)
  assert.equal((await call('openai/gpt-oss-120b')).status, 200)
  assert.deepEqual(seen, ['none', 'sk-of-groq'])
})

test('a changed configuration wakes every key', async () => {
  verdicts = { 'woken-first-key': [401] }
  await call('woken/m')
  verdicts = {}
  assert.match((await call('woken/m')).text, /woken-second-key/)
  const path = join(folder, 'meritorder.yaml')
  writeFileSync(path, `${readFileSync(path, 'utf8')}# saved again\n`)
  await until(async () => (await call('woken/m')).text.includes('woken-first-key'))
})

test('a key in a file is read again when the file changes', async () => {
  assert.match((await call('filed/m')).text, /sk-of-the-file/)
  writeFileSync(join(folder, 'filed.key'), 'sk-of-the-changed-file\n')
  await until(async () => (await call('filed/m')).text.includes('sk-of-the-changed-file'))
})

test('a stored key is listed by its fingerprint alone, used at once by a running gateway, and removed again', async () => {
  const environment = { MERITORDER_HOME: join(folder, 'data'), ...ENVIRONMENT }
  assert.match((await call('kept/m')).text, /"content":"none"/)
  const commands = commandLineIn(folder)
  const added = await commands.run(['keys', 'add', 'kept'], environment, 'sk-of-the-store\n')
  assert.equal(added.code, 0, added.stderr)
  await until(async () => (await call('kept/m')).text.includes('sk-of-the-store'))
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
  const removed = await commands.run(['keys', 'remove', 'kept', fingerprint], environment)
  assert.equal(removed.code, 0, removed.stderr)
  await until(async () => (await call('kept/m')).text.includes('"content":"none"'))
})

test('case 47: no key is told to anybody: not to the caller, the log, the files or the command line', async () => {
  verdicts = { 'told-first-key': [401], 'told-second-key': [400] }
  const { status, text } = await call('told/m')
  assert.equal(status, 400)
  assert.match(text, /I do not like \[key\]/)
  const routes = ['/health', '/v1/models', '/v1/providers', '/v1/key', '/v1/generations?whole=true']
  const replies = await Promise.all(routes.map(async (path) => (await fetch(`${gateway.url}${path}`)).text()))
  await gateway.close()
  const commands = commandLineIn(folder)
  const environment = { MERITORDER_HOME: join(folder, 'data'), ...ENVIRONMENT }
  const told = [text, ...replies, ...logged, ...filesBelow(join(folder, 'data'))]
  for (const command of ['doctor', 'providers', 'generations'])
    told.push(...Object.values(await commands.run([command, '--json'], environment)).map(String))
  assert.ok(told.length > 10)
  // A key that its host writes into an answer is part of that answer; these came in refusals.
  for (const key of ['told-first-key', 'told-second-key', 'sk-of-openai', ENVIRONMENT.MERITORDER_MASTER_KEY])
    assert.deepEqual(
      told.filter((words) => words.includes(key)),
      [],
    )
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
