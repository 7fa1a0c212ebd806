import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import test from 'node:test'
import { MeritorderError } from '../errors.ts'
import { authenticate } from './authenticate.ts'

const keys = [{ name: 'app', sha256: createHash('sha256').update('mo-secret').digest('hex') }]
const status = (expected: number) => (error: unknown) =>
  error instanceof MeritorderError && error.status === expected

test('without keys, programs on this machine may call', () => {
  for (const host of ['127.0.0.1:4141', 'localhost', '[::1]:4141'])
    assert.deepEqual(authenticate({ host }, '127.0.0.1', []), { name: 'local' })
})

test('without keys, a rebound host name and a web page of another site are refused', () => {
  assert.throws(() => authenticate({ host: 'evil.example' }, '127.0.0.1', []), status(403))
  assert.throws(() => authenticate({ host: '127.0.0.1.evil.example' }, '127.0.0.1', []), status(403))
  assert.throws(
    () => authenticate({ host: 'localhost:4141', origin: 'https://evil.example' }, '127.0.0.1', []),
    status(403),
  )
  assert.throws(() => authenticate({ host: 'localhost:4141', origin: 'null' }, '127.0.0.1', []), status(403))
  assert.deepEqual(
    authenticate({ host: 'localhost:4141', origin: 'http://localhost:4141' }, '127.0.0.1', []),
    {
      name: 'local',
    },
  )
})

test('without keys, another machine is refused whatever host it names', () => {
  assert.throws(() => authenticate({ host: 'localhost:4141' }, '192.168.1.7', []), status(403))
  assert.throws(() => authenticate({ host: 'localhost:4141' }, undefined, []), status(403))
  for (const peer of ['::1', '::ffff:127.0.0.1']) authenticate({ host: 'localhost' }, peer, [])
})

test('with keys, only a known key is let in, and its owner is the caller', () => {
  assert.deepEqual(authenticate({ authorization: 'Bearer mo-secret' }, '127.0.0.1', keys), { name: 'app' })
  assert.throws(() => authenticate({ authorization: 'Bearer mo-secreT' }, '127.0.0.1', keys), status(401))
  assert.throws(() => authenticate({ authorization: 'mo-secret' }, '127.0.0.1', keys), status(401))
  assert.throws(() => authenticate({}, '127.0.0.1', keys), status(401))
})

test('a refused key is not repeated in the error', () => {
  assert.throws(
    () => authenticate({ authorization: 'Bearer sk-very-secret' }, '127.0.0.1', keys),
    (error) => error instanceof MeritorderError && !error.message.includes('sk-very-secret'),
  )
})

test('Anthropic’s clients present their key as x-api-key; either of two will do', () => {
  assert.deepEqual(authenticate({ 'x-api-key': 'mo-secret' }, '127.0.0.1', keys), { name: 'app' })
  const both = { 'x-api-key': 'mo-secret', authorization: 'Bearer of-another-gateway' }
  assert.deepEqual(authenticate(both, '127.0.0.1', keys), { name: 'app' })
  assert.throws(() => authenticate({ 'x-api-key': 'mo-secreT' }, '127.0.0.1', keys), status(401))
})
