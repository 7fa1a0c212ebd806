import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { MeritorderError } from '../errors.ts'
import { readCatalog } from './catalog-file.ts'
import type { Catalog } from './offer.ts'
import { refreshCatalog } from './refresh.ts'

const shipped: Catalog = { version: 'shipped', providers: [], models: [], endpoints: [] }
const now = Date.UTC(2026, 6, 2)
const api = (models: object) => ({ acme: { name: 'Acme', npm: '@ai-sdk/openai-compatible', models } })
const priced = (input: number) => ({ cost: { input, output: 1 } })
const target = () => join(mkdtempSync(join(tmpdir(), 'meritorder-refresh-')), 'catalog.json')

async function serve(t: TestContext, answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  t.after(() => server.close().closeAllConnections())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/api.json`
}

test('a refresh writes the new catalog and says what is new, gone and changed in price', async (t) => {
  let models: object = { one: priced(1), two: priced(1), three: priced(1) }
  const source = await serve(t, (_, reply) => void reply.end(JSON.stringify(api(models))))
  const options = { unlisted: {}, source, target: target(), shipped, now }
  const first = await refreshCatalog(options)
  assert.deepEqual(first.added, ['acme/one', 'acme/three', 'acme/two'])
  assert.equal(first.previousVersion, 'shipped')
  models = { two: priced(1), three: priced(2), four: priced(1) }
  const second = await refreshCatalog(options)
  assert.deepEqual(
    [second.added, second.removed, second.priceChanged],
    [['acme/four'], ['acme/one'], ['acme/three']],
  )
  assert.equal(second.version, 'models.dev 2026-07-02')
  assert.equal(second.counts.endpoints, 3)
  assert.equal(readCatalog(options.target).endpoints.length, 3)
})

test('a file is as good as an address', async () => {
  const path = target()
  const source = `${path}.api.json`
  writeFileSync(source, JSON.stringify(api({ one: priced(1) })))
  assert.equal(
    (await refreshCatalog({ unlisted: {}, source, target: path, shipped, now })).counts.endpoints,
    1,
  )
  assert.equal(
    (await refreshCatalog({ unlisted: {}, source: `file://${source}`, target: path, shipped, now })).added
      .length,
    0,
  )
})

test('a source that fails leaves the old catalog in place', async (t) => {
  const path = target()
  const file = `${path}.api.json`
  writeFileSync(file, JSON.stringify(api({ one: priced(1) })))
  await refreshCatalog({ unlisted: {}, source: file, target: path, shipped, now })
  const before = readCatalog(path)
  const replies: [RequestListener, string][] = [
    [(_, reply) => void reply.writeHead(503).end('busy'), 'provider_unavailable'],
    [
      (_, reply) => void reply.writeHead(302, { location: 'https://elsewhere.example' }).end(),
      'provider_unavailable',
    ],
    [(_, reply) => void reply.end('<html>maintenance</html>'), 'unprocessable'],
    [(_, reply) => void reply.end('{"acme": {}}'), 'unprocessable'],
    [(_, reply) => void reply.end(JSON.stringify(api({}))), 'unprocessable'],
    [(_, reply) => void reply.write('{"half', () => reply.destroy()), 'provider_unavailable'],
  ]
  for (const [answer, code] of replies) {
    const source = await serve(t, answer)
    await assert.rejects(
      refreshCatalog({ unlisted: {}, source, target: path, shipped, now }),
      (error) => error instanceof MeritorderError && error.code === code,
      code,
    )
  }
  assert.deepEqual(readCatalog(path), before)
})

test('a source larger than 50 MB is given up on', async () => {
  const chunk = new Uint8Array(1024 * 1024)
  let sent = 0
  const body = () =>
    new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 1
        controller.enqueue(chunk)
      },
    })
  const fetch = async () => new Response(body())
  await assert.rejects(
    refreshCatalog({
      unlisted: {},
      source: 'https://models.dev/api.json',
      target: target(),
      shipped,
      now,
      fetch,
    }),
    (error) => error instanceof MeritorderError && error.code === 'payload_too_large',
  )
  assert.ok(sent < 60, `${sent} MB read`)
})

test('a host that does not answer in time is a timeout', async () => {
  const fetch = async () => {
    throw new DOMException('The operation was aborted due to timeout', 'TimeoutError')
  }
  await assert.rejects(
    refreshCatalog({
      unlisted: {},
      source: 'https://models.dev/api.json',
      target: target(),
      shipped,
      now,
      fetch,
    }),
    (error) => error instanceof MeritorderError && error.code === 'timeout',
  )
})

test('plain http elsewhere and other protocols are refused before anything is fetched', async () => {
  const fetch = async () => assert.fail('fetched')
  for (const source of [
    'http://models.dev/api.json',
    'ftp://models.dev/x',
    'http://127.0.0.1.evil.example/',
    'data:,x',
  ]) {
    const path = target()
    await assert.rejects(
      refreshCatalog({ unlisted: {}, source, target: path, shipped, now, fetch }),
      (error) => error instanceof MeritorderError && error.code === 'invalid_request',
    )
    assert.equal(existsSync(path), false)
  }
})
