import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isSealed, seal, signedBy, unseal } from './sealed-metadata.ts'

test('what a vendor signed comes back as it was, whatever it is', () => {
  const plain = { noNullPrototype: true }
  const member = fc.record({ thoughtSignature: fc.string({ unit: 'binary' }), itemId: fc.string() }, plain)
  const by = fc.dictionary(fc.constantFrom('google', 'vertex', 'openai'), member, plain)
  const signed = fc.record({ of: fc.string(), by }, { ...plain, requiredKeys: ['by'] })
  fc.assert(
    fc.property(signed, (one) => {
      const text = seal(one)
      assert.ok(isSealed(text))
      assert.deepEqual(unseal(text), one)
    }),
  )
})

test('of a part’s metadata only signatures are kept, with the ids of their items', () => {
  const metadata = { google: { thoughtSignature: 's', grounding: 'g' }, openai: { logprobs: [1] } }
  assert.deepEqual(signedBy(metadata), { google: { thoughtSignature: 's' } })
  assert.equal(signedBy({ openai: { itemId: 'rs_1' } }), undefined)
  const encrypted = { openai: { itemId: 'rs_1', reasoningEncryptedContent: 'e' } }
  assert.deepEqual(signedBy(encrypted), encrypted)
  assert.equal(signedBy(undefined), undefined)
})

test('a seal that was tampered with gives nothing but signatures, and never throws', () => {
  const forged = (text: string) => `meritorder.1.${Buffer.from(text).toString('base64url')}`
  const options = '{"by":{"google":{"thoughtSignature":"s","baseURL":"http://x","itemId":7}}}'
  assert.deepEqual(unseal(forged(options)), { by: { google: { thoughtSignature: 's' } } })
  for (const broken of ['', '[]', '{"by":7}', 'no JSON']) assert.equal(unseal(forged(broken)), undefined)
  fc.assert(
    fc.property(fc.string(), (text) => {
      unseal(`meritorder.1.${text}`)
    }),
  )
})
