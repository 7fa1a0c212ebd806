import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { toolCallId, toolUseId } from './tool-use-id.ts'

test('any id becomes one that Anthropic takes, and comes back as it was', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (id) => {
      assert.match(toolUseId(id), /^[a-zA-Z0-9_-]+$/)
      assert.equal(toolCallId(toolUseId(id)), id)
    }),
  )
  assert.equal(toolUseId('toolu_01A-b'), 'toolu_01A-b')
  assert.equal(toolCallId(toolUseId('meritorder_x')), 'meritorder_x')
})
