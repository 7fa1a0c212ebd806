import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isPacked, packSigned, unpackSigned } from './signatures.ts'

const names = ['signature', 'redactedData', 'thoughtSignature', 'reasoningEncryptedContent'] as const
const signatures = fc
  .record(Object.fromEntries(names.map((name) => [name, fc.string({ unit: 'binary' })])), {
    requiredKeys: [],
  })
  .filter((members) => Object.keys(members).length > 0)
const metadata = fc.dictionary(fc.constantFrom('anthropic', 'google', 'bedrock', 'x'), signatures, {
  minKeys: 1,
  noNullPrototype: true,
})

test('what vendors signed comes back as it was, with what it was signed of', () => {
  fc.assert(
    fc.property(metadata, fc.option(fc.string(), { nil: undefined }), (by, of) => {
      const packed = packSigned(by, of)
      assert.ok(isPacked(packed))
      const signed = of === undefined ? { by } : { of, by }
      assert.equal(JSON.stringify(unpackSigned(packed, 'field')), JSON.stringify(signed))
    }),
  )
})

test('nothing but signatures is kept, or believed when it comes back', () => {
  const by = { anthropic: { signature: 's', cacheControl: { type: 'ephemeral' } }, google: { other: 'x' } }
  assert.deepEqual(unpackSigned(packSigned(by), 'field'), { by: { anthropic: { signature: 's' } } })
  assert.equal(packSigned({ openai: { itemId: 'rs_1' } }), undefined)
  assert.equal(packSigned({ anthropic: { signature: { length: 1 } } }), undefined)
  assert.equal(packSigned(undefined), undefined)
  const forged = { by: { anthropic: { signature: 's', disableParallelToolUse: true } } }
  const text = `meritorder.1.${Buffer.from(JSON.stringify(forged)).toString('base64url')}`
  assert.deepEqual(unpackSigned(text, 'field'), { by: { anthropic: { signature: 's' } } })
})

test('what is broken, endless or no text is refused by its field, whatever it is', () => {
  for (const value of [
    7,
    null,
    'meritorder.1.',
    `meritorder.1.${'A'.repeat(5_000_000)}`,
    'meritorder.1.bnVsbA',
  ])
    assert.throws(() => unpackSigned(value, 'input[0].encrypted_content'), {
      code: 'invalid_request',
      detail: { limit: 'input[0].encrypted_content' },
    })
  fc.assert(
    fc.property(fc.string(), (text) => {
      try {
        unpackSigned(`meritorder.1.${text}`, 'field')
      } catch (error) {
        assert.equal((error as { code: string }).code, 'invalid_request')
      }
    }),
  )
})
