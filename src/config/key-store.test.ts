import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, test } from 'node:test'
import fc from 'fast-check'
import { MeritorderError } from '../errors.ts'
import { fingerprint, keyStorePath, readKeyStore, writeKeyStore } from './key-store.ts'

const MASTER = 'a master key of good length'
const KEYS = [
  { provider: 'openai', host: 'api.openai.com', key: 'sk-one' },
  {
    provider: 'google-vertex',
    host: 'vertex.example',
    key: '{"type":"service_account","ü":"\n"}',
  },
]

let folder: string
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'meritorder-keys-'))
})
beforeEach(() => writeKeyStore(folder, MASTER, KEYS))
after(() => rmSync(folder, { recursive: true, force: true }))

const contents = () => readFileSync(keyStorePath(folder), 'utf8')
const refusal = (code: string, message: RegExp) => (error: unknown) =>
  error instanceof MeritorderError && error.code === code && message.test(error.message)

test('keys come back as they were stored, and the file shows none of them, to nobody else', () => {
  assert.deepEqual(readKeyStore(folder, MASTER), KEYS)
  assert.doesNotMatch(contents(), /sk-one|service_account|openai/)
  assert.equal(statSync(keyStorePath(folder)).mode & 0o777, 0o600)
})

test('the same keys are encrypted anew each time, under another salt', () => {
  const first = JSON.parse(contents())
  writeKeyStore(folder, MASTER, KEYS)
  const second = JSON.parse(contents())
  for (const field of ['salt', 'check', 'nonce', 'tag', 'data'])
    assert.notEqual(first[field], second[field], field)
})

test('without a store there are no keys, and no master key is needed', () => {
  assert.deepEqual(readKeyStore(join(folder, 'elsewhere'), undefined), [])
})

test('a store without a master key, with a short one or with another one says so', () => {
  for (const short of [undefined, '', 'too short'])
    assert.throws(
      () => readKeyStore(folder, short),
      refusal('permission_denied', /set MERITORDER_MASTER_KEY/),
    )
  assert.throws(
    () => readKeyStore(folder, 'another key of good length'),
    refusal('permission_denied', /is not the master key that .*keys\.json was made with/),
  )
})

test('a file that was changed anywhere opens nothing', () => {
  const whole = contents()
  const value = fc.integer({ min: 0, max: whole.length - 1 })
  fc.assert(
    fc.property(value, fc.constantFrom('A', 'b', '0', '"', '}'), (at, letter) => {
      fc.pre(whole[at] !== letter && !/\s/.test(whole[at]!))
      writeFileSync(keyStorePath(folder), whole.slice(0, at) + letter + whole.slice(at + 1))
      // A changed salt cannot be told from another master key.
      assert.throws(() => readKeyStore(folder, MASTER), MeritorderError)
    }),
    { numRuns: 25 },
  )
  writeFileSync(keyStorePath(folder), whole.replace(/"data": "./, '"data": "!'))
  assert.throws(() => readKeyStore(folder, MASTER), refusal('unprocessable', /changed or damaged/))
})

test('entries cannot be moved between stores: every one has a salt of its own', () => {
  const old = JSON.parse(contents())
  writeKeyStore(folder, MASTER, [])
  const now = JSON.parse(contents())
  writeFileSync(
    keyStorePath(folder),
    JSON.stringify({ ...now, nonce: old.nonce, tag: old.tag, data: old.data }),
  )
  assert.throws(() => readKeyStore(folder, MASTER), refusal('unprocessable', /changed or damaged/))
})

test('a fingerprint is the beginning of the SHA-256', () => {
  assert.equal(fingerprint('foo'), '2c26b46b68ff')
})
