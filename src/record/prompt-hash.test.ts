import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { promptHasher } from './prompt-hash.ts'

const messages = [{ role: 'user', content: 'hi' }]

const base = mkdtempSync(join(tmpdir(), 'meritorder-salt-'))
after(() => rmSync(base, { recursive: true, force: true }))

/** A hasher in a folder of its own, and what it logs. */
function hasher(prepare: (folder: string) => void = () => {}) {
  const folder = mkdtempSync(join(base, 'data-'))
  prepare(folder)
  const told: object[] = []
  const log = { info() {}, warn() {}, error: (facts: object) => void told.push(facts) }
  return { hash: promptHasher(folder, log), told, folder }
}

test('the same messages have the same hash in one data folder, after a restart too, and another one in others', () => {
  const { hash, folder, told } = hasher()
  const first = hash(messages)
  assert.match(first ?? '', /^[0-9a-f]{24}$/)
  assert.equal(hash(messages), first)
  assert.equal(promptHasher(folder, { info() {}, warn() {}, error() {} })(messages), first)
  assert.notEqual(hash([]), first)
  assert.notEqual(hasher().hash(messages), first)
  assert.deepEqual(told, [])
})

test('without a salt there is no hash, which is logged once, and there is one as soon as the salt can be made', () => {
  const { hash, told, folder } = hasher((at) => writeFileSync(join(at, 'prompt-salt'), ''))
  assert.equal(hash(messages), undefined)
  assert.equal(hash(messages), undefined)
  assert.equal(told.length, 1)
  rmSync(join(folder, 'prompt-salt'))
  assert.match(hash(messages) ?? '', /^[0-9a-f]{24}$/)
})

test('a folder that is gone costs nobody his answer', () => {
  const { hash, told } = hasher((at) => rmSync(at, { recursive: true }))
  assert.equal(hash(messages), undefined)
  assert.equal(told.length, 1)
})
