import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { createKeyRing, type KeyRing } from './key-ring.ts'

let now: number
let ring: KeyRing
beforeEach(() => {
  now = 1_000_000
  ring = createKeyRing(new Map([['acme', ['a', 'b', 'c']]]), () => now)
})

const MINUTE = 60_000

test('the keys are tried in their stated order; a provider without keys has none', () => {
  assert.deepEqual(ring.keysOf('acme'), ['a', 'b', 'c'])
  assert.deepEqual(ring.keysOf('other'), [])
})

for (const status of [401, 402])
  test(`a key refused with ${status} rests for ten minutes`, () => {
    ring.refused('acme', 'a', { status })
    assert.deepEqual(ring.keysOf('acme'), ['b', 'c'])
    now += 10 * MINUTE - 1
    assert.deepEqual(ring.keysOf('acme'), ['b', 'c'])
    now += 1
    assert.deepEqual(ring.keysOf('acme'), ['a', 'b', 'c'])
  })

test('a rate limit rests as long as the provider says, at most an hour', () => {
  ring.refused('acme', 'a', { status: 429, retryAfterSeconds: 90 })
  ring.refused('acme', 'b', { status: 429, retryAfterSeconds: 1e9 })
  now += 90_000
  assert.deepEqual(ring.keysOf('acme'), ['a', 'c'])
  now += 60 * MINUTE - 90_000
  assert.deepEqual(ring.keysOf('acme'), ['a', 'b', 'c'])
})

test('without a word from the provider the rest doubles with every refusal, and success forgets them', () => {
  for (const seconds of [1, 2, 4, 8]) {
    ring.refused('acme', 'a', { status: 429 })
    now += seconds * 1000 - 1
    assert.deepEqual(ring.keysOf('acme'), ['b', 'c'], `${seconds} s`)
    now += 1
    assert.deepEqual(ring.keysOf('acme'), ['a', 'b', 'c'], `${seconds} s`)
  }
  ring.accepted('acme', 'a')
  ring.refused('acme', 'a', { status: 429 })
  now += 1000
  assert.deepEqual(ring.keysOf('acme'), ['a', 'b', 'c'])
})

test('refusals of calls that were under way together count once', () => {
  for (let call = 0; call < 50; call++) ring.refused('acme', 'a', { status: 429 })
  now += 1000
  assert.deepEqual(ring.keysOf('acme'), ['a', 'b', 'c'])
})

test('where all rest, the one that is back soonest is tried: no call fails for an earlier one', () => {
  ring.refused('acme', 'a', { status: 401 })
  ring.refused('acme', 'b', { status: 429, retryAfterSeconds: 5 })
  ring.refused('acme', 'c', { status: 403 })
  assert.deepEqual(ring.keysOf('acme'), ['b'])
})

test('after its rest a key is probed by one call; the others are sent with other keys until the provider has answered', () => {
  ring.refused('acme', 'a', { status: 429 })
  now += 1000
  assert.deepEqual(ring.keysOf('acme'), ['a', 'b', 'c'])
  ring.began('acme', 'a')
  assert.deepEqual(ring.keysOf('acme'), ['b', 'c'])
  ring.accepted('acme', 'a')
  assert.deepEqual(ring.keysOf('acme'), ['a', 'b', 'c'])
})

test('a probe that is refused rests its key for twice as long, one that says nothing is waited for ten seconds', () => {
  ring.refused('acme', 'a', { status: 429 })
  now += 1000
  ring.began('acme', 'a')
  ring.refused('acme', 'a', { status: 429 })
  now += 1999
  assert.deepEqual(ring.keysOf('acme'), ['b', 'c'])
  now += 1
  ring.began('acme', 'a')
  now += 9_999
  assert.deepEqual(ring.keysOf('acme'), ['b', 'c'])
  now += 1
  assert.deepEqual(ring.keysOf('acme'), ['a', 'b', 'c'])
})
