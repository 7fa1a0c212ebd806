import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { loadConfig } from '../src/config/load.ts'
import type { Gateway } from '../src/gateway.ts'
import { createLog } from '../src/telemetry/log.ts'
import { commandLineIn } from './command-line.ts'
import { json, type ScriptedUpstream, startScriptedUpstream } from './scripted-upstream.ts'
import { startGateway } from './start-gateway.ts'

const MODEL = 'qwen/qwen3-8b'

let gateway: Gateway
let upstream: ScriptedUpstream
let folder: string

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'meritorder-test-'))
  upstream = await startScriptedUpstream()
  const sha256 = (key: string) => createHash('sha256').update(key).digest('hex')
  const host = (slug: string, facts: string) =>
    `  ${slug}: { base_url: "${upstream.url}/${slug}/v1", ${facts}, models: [{ id: qwen3-8b, model: ${MODEL}, price: { prompt: 1, completion: 1 } }] }`
  writeFileSync(
    join(folder, 'meritorder.yaml'),
    [
      'server:',
      '  keys:',
      ...['alice', 'bob'].map((name) => `    - { name: ${name}, sha256: "${sha256(`key-${name}`)}" }`),
      'policy:',
      '  policies:',
      '    swedish: { limits: { regions: [SE] } }',
      'providers:',
      host('nord', 'regions: [SE], headquarters: SE, data_policy: { training: false, zdr: true }'),
      host('west', 'regions: [US], headquarters: US, data_policy: { training: true }'),
      host('mute', 'data_policy: { retention_days: 30 }'),
      'local_servers: { discover: false }',
    ].join('\n'),
  )
  const environment = { MERITORDER_HOME: join(folder, 'data') }
  const { config } = loadConfig({
    path: join(folder, 'meritorder.yaml'),
    environment,
    cwd: folder,
    overrides: { port: 0 },
  })
  gateway = await startGateway({ config, environment, log: createLog('silent') })
  upstream.answer(
    json({
      id: 'x',
      object: 'chat.completion',
      created: 1,
      model: 'qwen3-8b',
      choices: [{ index: 0, message: { role: 'assistant', content: 'Hej' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 10, completion_tokens: 1000, total_tokens: 1010 },
    }),
  )
})

after(async () => {
  await gateway.close()
  upstream.close()
  rmSync(folder, { recursive: true, force: true })
})

interface Reply {
  readonly status: number
  readonly id: string
  // biome-ignore lint/suspicious/noExplicitAny: whatever a route answers
  readonly body: any
}

async function ask(path: string, body?: object, name = 'alice'): Promise<Reply> {
  const headers = { authorization: `Bearer key-${name}`, 'content-type': 'application/json' }
  const reply = await fetch(`${gateway.url}/v1${path}`, {
    headers,
    ...(body && { method: 'POST', body: JSON.stringify(body) }),
  })
  return {
    status: reply.status,
    id: reply.headers.get('x-generation-id') ?? '',
    body: await reply.json(),
  }
}

const messages = [{ role: 'user', content: 'Hej' }]
const chat = (provider: object, name?: string, more: object = {}) =>
  ask('/chat/completions', { model: MODEL, messages, provider, ...more }, name)
const asked = () => upstream.last().path.split('/')[1]

test('a prompt is processed where its caller allows it, and under whose law he allows', async () => {
  for (const [provider, host] of [
    [{ regions: ['EU', 'CH'] }, 'nord'],
    [{ regions: ['US'] }, 'west'],
    [{ jurisdiction: ['EEA'] }, 'nord'],
    [{ jurisdiction: ['US'], regions: ['US', 'CA'] }, 'west'],
    [{ zdr: true }, 'nord'],
    [{ data_collection: 'deny' }, 'nord'],
  ] as const) {
    assert.equal((await chat(provider)).status, 200)
    assert.equal(asked(), host, JSON.stringify(provider))
  }
  assert.equal((await chat({}, 'alice', { policy: 'swedish' })).status, 200)
  assert.equal(asked(), 'nord')
})

test('what removed the hosts is named with how many each removed', async () => {
  const before = upstream.seen.length
  const { status, body } = await chat({ regions: ['DE'], jurisdiction: ['SE'] })
  assert.equal(status, 404)
  const { availability } = body.error
  assert.deepEqual(availability.excluded_by, ['data_region'])
  assert.equal(availability.constraint.detail, 'regions removed 3')
  assert.equal(upstream.seen.length, before)
})

test('places that do not exist are refused with all that there are', async () => {
  const { status, body } = await chat({ regions: ['EU', 'Europe'] })
  assert.equal(status, 400)
  assert.match(body.error.message, /^provider\.regions\[1\] must be EU, EEA or an ISO 3166-1 country code/)
  assert.ok(body.error.metadata.allowed.includes('CH'))
})

test('a limit on carbon knows the electricity of the regions', async () => {
  const { body } = await ask('/route', { model: MODEL, messages })
  const grams = new Map<string, { carbon_low_g: number; carbon_g: number; carbon_high_g: number }>(
    body.candidates.map((one: { provider: string }) => [one.provider, one]),
  )
  const [nord, west] = [grams.get('nord')!, grams.get('west')!]
  assert.ok(nord.carbon_g < west.carbon_g)
  for (const one of [nord, west])
    assert.ok(one.carbon_low_g <= one.carbon_g && one.carbon_g <= one.carbon_high_g)
  assert.equal((await chat({ max_carbon: (nord.carbon_g + west.carbon_g) / 2 })).status, 200)
  assert.equal(asked(), 'nord')
  const none = await chat({ max_carbon: nord.carbon_g / 2 })
  assert.equal(none.status, 404)
  assert.equal(none.body.error.availability.constraint.field, 'max_carbon')
})

test('emissions are told per call, and summed per day and per key, of nobody else', async () => {
  const { id } = await chat({ only: ['west'] }, 'bob')
  const { data } = (await ask(`/generation?id=${id}`, undefined, 'bob')).body
  assert.ok(data.carbon_low_g > 0 && data.carbon_low_g < data.carbon_high_g)
  for (const by of ['key', 'day']) {
    const { body } = await ask(`/climate?by=${by}`, undefined, 'bob')
    assert.equal(body.data.length, 1)
    const [sum] = body.data
    assert.equal(sum[by], by === 'key' ? 'bob' : new Date().toISOString().slice(0, 10))
    assert.deepEqual([sum.calls, sum.estimated_calls], [1, 1])
    for (const bound of ['carbon_low_g', 'carbon_g', 'carbon_high_g']) assert.equal(sum[bound], data[bound])
  }
  assert.equal((await ask('/climate?by=model')).status, 400)
})

test('the command line sums up the same', async () => {
  const { run } = commandLineIn(folder)
  const { stdout, code } = await run(['climate', '--url', gateway.url, '--key', 'key-bob', '--by', 'key'])
  assert.equal(code, 0)
  assert.match(stdout, /^Key +Calls +CO₂e low +middle +high/m)
  assert.match(stdout, /^bob +1 +/m)
})

test('models are listed by where they are served', async () => {
  const served = async (region: string) =>
    (await ask(`/models?region=${region}`)).body.data.map(({ id }: { id: string }) => id)
  assert.deepEqual(await served('eu'), [MODEL])
  assert.deepEqual(await served('ch'), [])
  assert.equal((await ask('/models?region=europe')).status, 400)
})

test('each fact of a provider is told with its source, and what its owner states without one', async () => {
  const { data } = (await ask('/providers')).body
  const of = (slug: string) => data.find((one: { slug: string }) => one.slug === slug)
  assert.deepEqual(of('nord').headquarters, 'SE')
  assert.deepEqual(of('nord').datacenters, ['SE'])
  assert.deepEqual(of('nord').facts.training, { value: false, source: null, date: null })
  assert.equal(of('mute').headquarters, null)
  assert.equal(of('mute').facts.regions.value, 'unknown')
})
