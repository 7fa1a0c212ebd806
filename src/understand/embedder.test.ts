import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseIntentArtifact } from './artifact.ts'

const FILE = new URL('../../artifacts/intents.bin', import.meta.url)
const { embedder } = parseIntentArtifact(readFileSync(FILE))

function embed(text: string): Float32Array {
  return embedder.embed({ text, turnStart: 0 })
}

function cosine(a: string, b: string): number {
  const [x, y] = [embed(a), embed(b)]
  return x.reduce((sum, value, d) => sum + value * y[d]!, 0)
}

test('an embedding has unit length', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), (text) => {
      const length = Math.hypot(...embed(text))
      assert.ok(Math.abs(length - 1) < 1e-6, `${length}`)
    }),
  )
})

test('the same text gives the same bits, whatever came before', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), (text, other) => {
      const first = embed(text)
      embed(other)
      assert.deepEqual(embed(text), first)
    }),
  )
})

test('prompts that ask for the same lie closer than prompts that do not', () => {
  const recipe = 'Give me a recipe for lentil soup'
  const other = 'How do I cook mushroom risotto? A simple recipe please.'
  assert.ok(cosine(recipe, other) > cosine(recipe, 'Refactor this function so that it is shorter') + 0.3)
})

test('a short follow-up is read with what went before, a long one alone', () => {
  const before = 'Translate this sentence to French: The bridge is closed.\n\n'
  const short = embedder.embed({ text: `${before}and in Spanish?`, turnStart: before.length })
  assert.deepEqual(short, embed(`${before}and in Spanish?`))
  const turn = 'Now write a short poem about the river below it.'
  const long = embedder.embed({ text: `${before}${turn}`, turnStart: before.length })
  assert.deepEqual(long, embed(turn))
})
