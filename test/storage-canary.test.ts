import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { loadConfig } from '../src/config/load.ts'
import type { Gateway } from '../src/gateway.ts'
import { createLog } from '../src/telemetry/log.ts'
import { startGateway } from './start-gateway.ts'

/** A word that occurs nowhere by chance, in the two forms in which it is sent. */
const CANARY = `canary${randomBytes(12).toString('hex')}`
const WORDS = [CANARY, Buffer.from(CANARY).toString('base64').slice(0, -4)]

/** Answers with what it was asked, and a tool call of it; or refuses, quoting it. */
const upstream = createServer((request, reply) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', () => {
    const { model } = JSON.parse(Buffer.concat(chunks).toString('utf8'))
    reply.writeHead(model === 'refuses' ? 400 : 200, { 'content-type': 'application/json' })
    if (model === 'refuses') {
      reply.end(
        JSON.stringify({ error: { message: `cannot read ${CANARY}`, type: 'invalid_request_error' } }),
      )
      return
    }
    if (model === 'breaks') {
      reply.end(`{"id":"x","${CANARY}`)
      return
    }
    const call = { id: 'c', type: 'function', function: { name: 'f', arguments: `{"a":"${CANARY}"}` } }
    const message = { role: 'assistant', content: CANARY, tool_calls: [call] }
    const choices = [{ index: 0, message, finish_reason: 'tool_calls' }]
    const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 }
    reply.end(
      JSON.stringify({ id: 'x', object: 'chat.completion', created: 1, model, choices, usage, note: CANARY }),
    )
  })
})

const folder = mkdtempSync(join(tmpdir(), 'meritorder-canary-'))
const data = join(folder, 'data')
let gateway: Gateway
let log = ''

before(async () => {
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve))
  const { port } = upstream.address() as AddressInfo
  const path = join(folder, 'meritorder.yaml')
  const models = ['answers', 'refuses', 'breaks'].map(
    (id) => `      - { id: ${id}, model: test/${id}, price: { prompt: 1, completion: 1 } }`,
  )
  writeFileSync(
    path,
    `local_servers: { discover: false }
record: { data_folder: data, storage: full }
log: { level: trace }
providers:
  echo:
    base_url: http://127.0.0.1:${port}/v1
    key: none
    models:\n${models.join('\n')}\n`,
  )
  const { config } = loadConfig({ path, environment: {}, cwd: folder, overrides: { port: 0 } })
  const destination = {
    write(line: string) {
      log += line
    },
  }
  gateway = await startGateway({ config, environment: {}, log: createLog('trace', { destination }) })
})
after(async () => {
  await gateway.close()
  upstream.close()
  rmSync(folder, { recursive: true, force: true })
})

async function ask(model: string, storage: string, path = '/chat/completions') {
  const call = { id: 'c', type: 'function', function: { name: 'f', arguments: `{"a":"${CANARY}"}` } }
  const messages = [
    { role: 'user', content: CANARY },
    { role: 'assistant', content: null, tool_calls: [call] },
    { role: 'tool', tool_call_id: 'c', content: CANARY },
    { role: 'user', content: `Say ${CANARY}` },
  ]
  const tools = [{ type: 'function', function: { name: 'f', description: CANARY, parameters: {} } }]
  const body = path === '/responses' ? { input: CANARY, instructions: CANARY } : { messages, tools }
  const reply = await fetch(`${gateway.url}/v1${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-meritorder-storage': storage },
    body: JSON.stringify({ model: `test/${model}`, ...body }),
  })
  return reply.text()
}

/** Lists everything, so that the journal is in the tables; without its last page only the journal would be looked at. */
async function recorded(): Promise<readonly { storage: string }[]> {
  const reply = await fetch(`${gateway.url}/v1/generations?whole=true`)
  return ((await reply.json()) as { data: { storage: string }[] }).data
}

function filesWith(words: readonly string[]): string[] {
  return readdirSync(data, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => words.some((word) => readFileSync(path).includes(word)))
}

test('where no words are kept, none of prompt, tool call, answer or error is in any file or in the log', async () => {
  for (const storage of ['hashed', 'metadata', 'off'])
    for (const model of ['answers', 'refuses', 'breaks'])
      for (const path of ['/chat/completions', '/responses']) await ask(model, storage, path)
  const calls = await recorded()
  assert.equal(calls.length, 12)
  assert.deepEqual(new Set(calls.map(({ storage }) => storage)), new Set(['hashed', 'metadata']))
  assert.deepEqual(filesWith(WORDS), [])
  assert.equal(log.includes(CANARY), false)
  // The same look finds what is kept, so that it would have found it.
  await ask('answers', 'full')
  await recorded()
  assert.notDeepEqual(filesWith(WORDS), [])
})

test('where words are redacted, what was replaced is in no file, however large the call', async () => {
  const address = `${randomBytes(12).toString('hex')}@example.com`
  for (const times of [1, 5_000]) {
    const messages = [{ role: 'user', content: `Write to ${address}. `.repeat(times) }]
    const reply = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-meritorder-storage': 'redacted' },
      body: JSON.stringify({ model: 'test/answers', messages }),
    })
    assert.equal(reply.status, 200, await reply.text())
  }
  const stored = (await recorded()).map(({ storage }) => storage)
  assert.equal(stored.filter((storage) => storage === 'redacted').length, 2)
  assert.deepEqual(filesWith([address]), [])
  assert.notDeepEqual(filesWith(['[email]']), [])
})
