import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ErrorCode, MeritorderError } from '../errors.ts'
import type { FailedEnd } from './attempt-end.ts'
import { failingOf, isHostsFault, lostTheRace, mayBeBilled } from './blame.ts'

type Detail = ConstructorParameters<typeof MeritorderError>[2]

function failed(
  status: number,
  {
    code = 'provider_unavailable',
    detail = {},
    ...facts
  }: { code?: ErrorCode; detail?: Detail } & Partial<FailedEnd> = {},
): FailedEnd {
  const error = new MeritorderError(code, 'x', detail)
  return { kind: 'failed', status, error, failover: true, totalMs: 10, ...facts }
}

const FAILURES: readonly (readonly [
  string,
  FailedEnd,
  { again: boolean; billed: boolean; blamed: boolean },
])[] = [
  [
    'no connection',
    failed(0, { detail: { unreachable: true } }),
    { again: true, billed: false, blamed: true },
  ],
  [
    'silence after the call was sent',
    failed(0, { code: 'timeout' }),
    { again: false, billed: true, blamed: true },
  ],
  ['a cut before any answer', failed(0), { again: false, billed: true, blamed: true }],
  ['500', failed(500), { again: true, billed: false, blamed: true }],
  ['408', failed(408), { again: true, billed: false, blamed: true }],
  [
    '503 with Retry-After',
    failed(503, { detail: { retryAfterSeconds: 1 } }),
    { again: false, billed: false, blamed: true },
  ],
  ['429', failed(429, { code: 'rate_limit_exceeded' }), { again: false, billed: false, blamed: true }],
  ['401', failed(401), { again: false, billed: false, blamed: true }],
  ['404', failed(404), { again: false, billed: false, blamed: true }],
  [
    '400',
    failed(400, { code: 'invalid_request', failover: false }),
    { again: false, billed: false, blamed: false },
  ],
  ['HTML in a 200', failed(200), { again: false, billed: true, blamed: true }],
  ['an error inside a 200', failed(200, { reported: true }), { again: true, billed: true, blamed: true }],
  [
    'what cannot be said to it',
    failed(0, { code: 'invalid_request' }),
    { again: false, billed: false, blamed: false },
  ],
  [
    'a caller’s own hurry',
    failed(0, { code: 'timeout', hurried: true }),
    { again: false, billed: true, blamed: false },
  ],
  [
    'a faster one',
    failed(0, { code: 'timeout', outpaced: true }),
    { again: false, billed: true, blamed: false },
  ],
]

for (const [what, end, expected] of FAILURES)
  test(`${what}: ${Object.entries(expected)
    .map(([name, is]) => `${is ? '' : 'not '}${name}`)
    .join(', ')}`, () => {
    const { again = false } = failingOf(end)
    assert.deepEqual({ again, billed: mayBeBilled(end), blamed: isHostsFault(end) }, expected)
  })

test('a key or an address that fails is shut for its other endpoints too', () => {
  assert.equal(failingOf(failed(401)).shuts, 'provider')
  assert.equal(failingOf(failed(402)).shuts, 'provider')
  assert.equal(failingOf(failed(0, { detail: { unreachable: true } })).shuts, 'address')
  assert.equal(failingOf(failed(500)).shuts, undefined)
})

test('case 55: only a kept connection that closes at once and without an answer has lost the race', () => {
  const kept = { detail: { keptAlive: true } }
  assert.ok(lostTheRace(failed(0, kept)))
  assert.equal(lostTheRace(failed(0)), false)
  assert.equal(lostTheRace(failed(200, kept)), false)
  assert.equal(lostTheRace(failed(0, { ...kept, totalMs: 5_000 })), false)
})
