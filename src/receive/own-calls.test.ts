import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createOwnCalls } from './own-calls.ts'

test('a gateway knows its own calls, and takes nobody else’s for them', () => {
  const [own, other] = [createOwnCalls(), createOwnCalls()]
  for (const purpose of ['arena', 'duel', 'judge'] as const) {
    assert.equal(own.purposeOf(own.mark(purpose)), purpose)
    assert.equal(other.purposeOf(own.mark(purpose)), undefined, 'the secret is a process’s own')
  }
  const [[name, mark]] = Object.entries(own.mark('arena')) as [[string, string]]
  for (const forged of [
    '',
    'arena',
    `arena ${'0'.repeat(64)}`,
    mark.slice(0, -1),
    ` ${mark}`,
    `${mark},${mark}`,
  ])
    assert.equal(own.purposeOf({ [name]: forged }), undefined, forged)
  assert.equal(own.purposeOf({ [name]: mark.replace('arena', 'route') }), undefined)
  assert.equal(own.purposeOf({ 'x-title': 'meritorder duel' }), undefined)
})
