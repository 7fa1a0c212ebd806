import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { matchesGlob } from './globs.ts'

test('a star stands for any run of characters, slashes included; everything else is literal', () => {
  assert.ok(matchesGlob('anthropic/*', 'anthropic/claude-opus-4.5'))
  assert.ok(matchesGlob('*/claude-*', 'anthropic/claude-opus-4.5'))
  assert.ok(matchesGlob('*', ''))
  assert.ok(matchesGlob('a*b*c', 'a-b-b-c'))
  assert.ok(!matchesGlob('anthropic/*', 'openai/gpt-5'))
  assert.ok(!matchesGlob('gpt-4.1', 'gpt-4x1'))
  assert.ok(!matchesGlob('a*b', 'a-b-c'))
})

test('it matches what the same pattern as a regular expression matches', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', '/', '.'), maxLength: 12 })
  const globs = fc.string({ unit: fc.constantFrom('a', 'b', '/', '.', '*'), maxLength: 8 })
  fc.assert(
    fc.property(globs, letters, (glob, name) => {
      const pattern = glob.replaceAll('.', '\\.').replaceAll('*', '.*')
      assert.equal(matchesGlob(glob, name), new RegExp(`^${pattern}$`).test(name))
    }),
    { numRuns: 2_000 },
  )
})

test('a hostile pattern is decided at once', () => {
  const start = performance.now()
  assert.ok(!matchesGlob(`${'*a'.repeat(500)}b`, 'a'.repeat(5_000)))
  assert.ok(performance.now() - start < 1_000)
})
