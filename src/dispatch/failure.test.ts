import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readRetryAfter } from './failure.ts'

test('Retry-After is read in seconds or as a date, and what makes no sense is not told to anybody', () => {
  const now = Date.parse('2026-01-01T00:00:00Z')
  assert.equal(readRetryAfter('2.5', now), 2.5)
  assert.equal(readRetryAfter('Thu, 01 Jan 2026 00:01:00 GMT', now), 60)
  assert.equal(readRetryAfter('Wed, 31 Dec 2025 00:00:00 GMT', now), 0)
  for (const nonsense of [undefined, '', ' ', '-1', 'soon', '1e21', 'Infinity', ['1', '2']])
    assert.equal(readRetryAfter(nonsense, now), undefined, String(nonsense))
})
