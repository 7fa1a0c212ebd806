import assert from 'node:assert/strict'
import test from 'node:test'
import { MeritorderError } from './errors.ts'

test('an error carries its code, the usual status of that code, and the limit that caused it', () => {
  const error = new MeritorderError('payload_too_large', 'too big', { limit: 'max_body_bytes' })
  assert.equal(error.status, 413)
  assert.equal(error.detail.limit, 'max_body_bytes')
})
