import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseIntentArtifact } from './artifact.ts'
import { ownFeatures } from './own-features.ts'
import { compileOwnIntents, type Detector, ownProbabilities, topOfAll } from './own-intents.ts'
import { understand } from './understand.ts'

/** A detector that finds the features of a text, each with one weight. */
function detectorOf(text: string, weight: number, bias = 0): Detector {
  const { hashes, count } = ownFeatures(text)
  const features = [...hashes.subarray(0, count)]
  return { bias, features, weights: features.map(() => weight) }
}

const SURE = { name: 'tickets', detector: detectorOf('Answer this ticket.', 3, -2) }

test('one own intent has the probability that its detector says', () => {
  const own = compileOwnIntents('v', [{ name: 'a', detector: { bias: 0.7, features: [], weights: [] } }])
  assert.ok(Math.abs(ownProbabilities('anything', own)[0]! - 1 / (1 + Math.exp(-0.7))) < 1e-12)
})

test('features that were weighed make their intent probable, others do not', () => {
  const own = compileOwnIntents('v', [SURE])
  assert.ok(ownProbabilities('Answer this ticket.', own)[0]! > 0.9)
  assert.ok(ownProbabilities('Bake me a cake!', own)[0]! < 0.5)
})

test('saying it twice is saying it once: a feature counts once in its block', () => {
  const once = ownFeatures('ticket ticket ticket').count
  assert.equal(new Set(ownFeatures('ticket ticket ticket').hashes.subarray(0, once)).size, once)
})

test('own and shipped intents together have the probability 1', () => {
  const finite = fc.double({ noNaN: true, min: -1e6, max: 1e6 })
  const detector = fc.record({ bias: finite, weight: finite })
  fc.assert(
    fc.property(fc.array(detector, { maxLength: 8 }), fc.string({ unit: 'binary' }), (drawn, text) => {
      const intents = drawn.map(({ bias, weight }, i) => ({
        name: `own${i}`,
        detector: detectorOf(text, weight, bias),
      }))
      const own = compileOwnIntents('v', intents)
      const probabilities = ownProbabilities(text, own)
      const sum = probabilities.reduce((a, b) => a + b, 0)
      assert.ok(probabilities.every((p) => p > 0 && p <= 1))
      assert.ok(sum <= 1 + 1e-12)
      const [first] = topOfAll([{ intent: 'chitchat', p: 1 }], probabilities, own).filter(
        ({ intent }) => intent === 'chitchat',
      )
      if (drawn.length < 5) assert.ok(Math.abs(sum + first!.p - 1) < 1e-9)
    }),
    { numRuns: 200 },
  )
})

test('the order of own intents does not matter', () => {
  const other = { name: 'cakes', detector: detectorOf('Bake me a cake!', 2, -1) }
  const text = 'Answer this ticket about a cake.'
  const [ticket, cake] = ownProbabilities(text, compileOwnIntents('v', [SURE, other]))
  assert.deepEqual([...ownProbabilities(text, compileOwnIntents('v', [other, SURE]))], [cake, ticket])
})

test('the five most probable of all come best first', () => {
  const own = compileOwnIntents('v', [SURE])
  const shipped = [0.5, 0.2, 0.1, 0.05, 0.03].map((p, i) => ({ intent: `shipped${i}`, p }))
  assert.deepEqual(topOfAll(shipped, Float64Array.of(0.2), own), [
    { intent: 'shipped0', p: 0.4 },
    { intent: 'tickets', p: 0.2 },
    ...shipped.slice(1, 4).map(({ intent, p }) => ({ intent, p: p * 0.8 })),
  ])
})

test('understanding names own intents and their version, and leaves what models are known by as it was', () => {
  const artifact = parseIntentArtifact(readFileSync(new URL('../../artifacts/intents.bin', import.meta.url)))
  const request = { messages: [{ role: 'user' as const, content: 'Answer this ticket.' }] }
  const without = understand(request, artifact)
  const prompt = understand(request, { ...artifact, own: compileOwnIntents('abc', [SURE]) })
  assert.equal(prompt.intents[0]?.intent, 'tickets')
  assert.equal(prompt.intents.length, 5)
  assert.deepEqual(prompt.intentProbabilities, without.intentProbabilities)
  assert.equal(prompt.artifact, `${without.artifact} own-intents:abc`)
})
