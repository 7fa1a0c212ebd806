import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import fc from 'fast-check'
import { readBody } from './read-body.ts'

const ROOMY = { hold: () => {} }

test('a body is the bytes that came, in however many pieces', async () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 2_000 })
  await fc.assert(
    fc.asyncProperty(sizes, async (pieces) => {
      const request = new PassThrough()
      const read = readBody(request as unknown as IncomingMessage, {
        most: 10_000,
        timeoutMs: 60_000,
        place: ROOMY,
      })
      const sent = pieces.map((size, i) => Buffer.alloc(size, i % 251))
      for (const piece of sent) request.write(piece)
      request.end()
      assert.deepEqual(await read, Buffer.concat(sent))
    }),
    { numRuns: 30 },
  )
})
