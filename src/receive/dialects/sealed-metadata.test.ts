import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isSealed, seal, unseal, vendorFacts } from './sealed-metadata.ts'

test('what a vendor signed comes back as it was, whatever it is', () => {
  const names = fc.constantFrom('google', 'vertex', 'openai', 'deepseek')
  const facts = fc.dictionary(
    names,
    fc.record(
      { thoughtSignature: fc.string({ unit: 'binary' }), itemId: fc.string() },
      { noNullPrototype: true },
    ),
    { noNullPrototype: true },
  )
  fc.assert(
    fc.property(facts, (signed) => {
      const text = seal(signed)
      assert.ok(isSealed(text))
      assert.deepEqual(unseal(text), signed)
    }),
  )
})

test('of a part’s metadata only signatures and their ids are kept', () => {
  const metadata = { google: { thoughtSignature: 's', grounding: 'g' }, openai: { logprobs: [1] } }
  assert.deepEqual(vendorFacts(metadata), { google: { thoughtSignature: 's' } })
  assert.equal(vendorFacts({ openai: { logprobs: [1] } }), undefined)
  assert.equal(vendorFacts(undefined), undefined)
})

test('a seal that was tampered with gives nothing but signatures, and never throws', () => {
  const forged = `meritorder1.${Buffer.from('{"google":{"thoughtSignature":"s","baseURL":"http://x","itemId":7}}').toString('base64url')}`
  assert.deepEqual(unseal(forged), { google: { thoughtSignature: 's' } })
  fc.assert(
    fc.property(fc.string(), (text) => {
      unseal(`meritorder1.${text}`)
    }),
  )
})
