import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { test } from 'node:test'
import type { Rules } from '../serve/house.ts'
import { driftRoutes } from './drift-routes.ts'

/** Whom the board was asked about, by a caller with this key at a gateway that knows these. */
async function askedAbout(keys: readonly string[], key: string): Promise<string | undefined> {
  const known = keys.map((name) => ({ name, sha256: createHash('sha256').update(name).digest('hex') }))
  const asked: (string | undefined)[] = []
  const [route] = driftRoutes(
    () => ({ config: { server: { keys: known } } }) as unknown as Rules,
    (caller) => {
      asked.push(caller)
      return []
    },
  )
  const request = {
    headers: { host: 'localhost', authorization: `Bearer ${key}` },
    socket: { remoteAddress: '127.0.0.1' },
    url: '/v1/drift',
  }
  const reply = { writeHead: () => {}, end: () => {} }
  await route!.handle(request as IncomingMessage, reply as unknown as ServerResponse, {})
  assert.equal(asked.length, 1)
  return asked[0]
}

test('with keys the board is asked about the calls of the one that asks, without any about all', async () => {
  assert.equal(await askedAbout(['anna', 'ben'], 'ben'), 'ben')
  assert.equal(await askedAbout([], 'anna'), undefined)
})
