import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import dns from 'node:dns'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, beforeEach, test } from 'node:test'
import { createLog } from '../../src/telemetry/log.ts'
import { type ScriptedUpstream, startScriptedUpstream } from '../scripted-upstream.ts'
import {
  answering,
  CALL,
  selling,
  startWithUpstream,
  until,
  type WithUpstream,
} from './start-with-upstream.ts'

/** Two keys that are alike but for their last letter. */
const KEYS = { alice: `mo-${'k'.repeat(61)}a`, bob: `mo-${'k'.repeat(61)}b` }
const as = (key: string) => ({ authorization: `Bearer ${key}` })
const sha256 = (key: string) => createHash('sha256').update(key).digest('hex')

/** Hosts whose addresses are none that may be called, however they are written. */
const METADATA = {
  plain: 'http://169.254.169.254/v1',
  decimal: 'http://2852039166/v1',
  hex: 'http://0xa9fea9fe/v1',
  mapped: 'http://[::ffff:169.254.169.254]/v1',
  named: 'http://rebound.example/v1',
}

let t: WithUpstream
let thief: ScriptedUpstream
let logged = ''
before(async () => {
  thief = await startScriptedUpstream()
  thief.answer(answering('stolen'))
  const destination = {
    write(line: string) {
      logged += line
    },
  }
  const hosts = Object.entries(METADATA).map(
    ([slug, url]) =>
      `  ${slug}: { base_url: '${url}', key: sk-secret, models: [{ id: m, model: ${slug}/m, price: { prompt: 1, completion: 1 } }] }`,
  )
  const keys = Object.entries(KEYS).map(([name, key]) => `    - { name: ${name}, sha256: ${sha256(key)} }`)
  t = await startWithUpstream(
    (url) =>
      selling(
        url,
        [
          ...hosts,
          'server:',
          '  keys:',
          ...keys,
          'record: { durability: write }',
          'log: { level: trace }',
          '',
        ].join('\n'),
      ),
    createLog('trace', { readable: false, destination }),
  )
})
beforeEach(() => t.upstream.answer(answering('hello')))
after(async () => {
  await t.close()
  thief.close()
})

const get = (path: string, key: string) => fetch(`${t.gateway.url}/v1${path}`, { headers: as(key) })

test('case 41: addresses that a caller sends, in the body or the head, are asked by nobody, and no key leaves', async () => {
  const there = `${thief.url}/v1`
  const body = {
    ...CALL,
    api_base: there,
    base_url: there,
    custom_host: there,
    api_key: 'sk-of-the-caller',
    extra_body: { api_base: there },
    extra_headers: { 'x-forward-to': there },
  }
  const heads = [
    'x-portkey-custom-host',
    'x-base-url',
    'x-forwarded-host',
    'x-portkey-forward-headers',
    'helicone-target-url',
  ]
  const reply = await t.post(body, undefined, {
    ...as(KEYS.alice),
    ...Object.fromEntries(heads.map((name) => [name, there])),
  })
  assert.equal(reply.status, 200, await reply.text())
  assert.deepEqual(thief.seen, [])
  const { headers } = t.upstream.last()
  assert.equal(headers.authorization, 'Bearer sk-of-acme')
  for (const name of heads) assert.equal(headers[name], undefined, name)
})

test('case 42: link-local addresses are refused at the connection, however they are written or whatever a name resolves to', async (context) => {
  const lookup = dns.lookup
  let asked = 0
  // A name that was at a public address when somebody looked, and is at another one when it is connected to.
  context.mock.method(dns, 'lookup', ((
    host: string,
    options: object,
    callback: (...told: unknown[]) => void,
  ) => {
    if (host !== 'rebound.example') return Reflect.apply(lookup, dns, [host, options, callback])
    asked++
    callback(null, [{ address: '169.254.169.254', family: 4 }])
  }) as unknown as typeof dns.lookup)
  for (const slug of Object.keys(METADATA)) {
    const reply = await t.post({ ...CALL, model: `${slug}/m` }, undefined, as(KEYS.alice))
    const { error } = (await reply.json()) as { error: { message: string } }
    assert.equal(reply.status, 502, slug)
    assert.match(error.message, /ADDRESS_REFUSED/, slug)
  }
  assert.ok(asked > 0)
})

const METACHARACTERS = `'; drop table generations; -- " \\ %_ $1 ? \u0000`

test('case 44: SQL in a key, a model, metadata and a search is only text', async () => {
  for (const key of [`' OR '1'='1`, `${KEYS.alice}' --`, `%`])
    assert.equal((await t.post(CALL, undefined, as(encodeURIComponent(key)))).status, 401)
  const odd = await t.post({ ...CALL, model: METACHARACTERS }, undefined, as(KEYS.alice))
  assert.equal(odd.status, 400)
  const kept = await t.post(
    {
      ...CALL,
      user: METACHARACTERS,
      metadata: { team: METACHARACTERS },
      messages: [{ role: 'user', content: '100 % sure' }],
    },
    undefined,
    as(KEYS.alice),
  )
  assert.equal(kept.status, 200, await kept.text())
  const found = async (query: string) => {
    const reply = await get(`/generations?${query}`, KEYS.alice)
    return { status: reply.status, data: ((await reply.json()) as { data?: object[] }).data?.length }
  }
  const text = encodeURIComponent
  assert.deepEqual(await found(`text=${text('100 % sure')}`), { status: 200, data: 1 })
  // As patterns these would match everything.
  for (const pattern of ['1%e', '100 _ sure', '%%%', `' OR 1=1 --`])
    assert.deepEqual(await found(`text=${text(pattern)}`), { status: 200, data: 0 }, pattern)
  const tag = METACHARACTERS.replace('\u0000', '')
  for (const query of [`tag.user=${text(tag)}`, `model=${text(tag)}`, `caller=${text(tag)}`])
    assert.equal((await found(query)).status, 200, query)
  assert.equal((await found('limit=20')).status, 200)
})

test('case 45: keys that are alike but for their last letter are two callers', async () => {
  const reply = await t.post(CALL, undefined, as(KEYS.alice))
  const id = reply.headers.get('x-generation-id')
  assert.equal((await get(`/generation?id=${id}`, KEYS.alice)).status, 200)
  assert.equal((await get(`/generation?id=${id}`, KEYS.bob)).status, 404)
  for (const near of [
    KEYS.alice.slice(0, -1),
    `${KEYS.alice}a`,
    KEYS.alice.toUpperCase(),
    KEYS.alice.slice(0, 20),
  ])
    assert.equal((await get('/key', near)).status, 401)
})

test('case 45: a key that is taken out of the configuration is refused as soon as that is in force', async () => {
  assert.equal((await get('/key', KEYS.bob)).status, 200)
  const yaml = readFileSync(t.path, 'utf8')
  writeFileSync(t.path, yaml.replace(/^ {4}- \{ name: bob.*\n/m, ''))
  await until(async () => (await get('/key', KEYS.bob)).status === 401)
  assert.equal((await get('/key', KEYS.alice)).status, 200)
})

test('case 47: no caller’s key is in the log, in a record or in a reply', async () => {
  const misplaced = `Bearer ${KEYS.alice}x`
  const refused = await t.post(CALL, undefined, { authorization: misplaced })
  const replies = [await refused.text()]
  for (const path of ['/generations?whole=true', '/key', '/providers', '/models'])
    replies.push(await (await get(path, KEYS.alice)).text())
  const files = readdirSync(t.folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
  assert.ok(files.length > 3)
  for (const secret of [KEYS.alice, KEYS.bob, 'sk-of-acme'])
    for (const told of [...replies, logged, ...files.filter((words) => !words.includes('providers:'))])
      assert.ok(
        !told.includes(secret),
        told.slice(Math.max(0, told.indexOf(secret) - 200), told.indexOf(secret)),
      )
})
