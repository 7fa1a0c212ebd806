import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { recentVectors } from './recent-vectors.ts'

test('exactly the texts used last are remembered, each with the vector it was given last', () => {
  const step = fc.record({ text: fc.constantFrom('a', 'b', 'c', 'd', 'e'), value: fc.option(fc.integer()) })
  fc.assert(
    fc.property(fc.array(step), fc.integer({ min: 1, max: 4 }), (steps, most) => {
      const recent = recentVectors(most)
      // The last used comes last.
      let expected: [string, number][] = []
      for (const { text, value } of steps) {
        const known = expected.find(([name]) => name === text)
        const found = recent.get(text)
        assert.equal(found?.[0], known && Math.fround(known[1]))
        const now = value ?? known?.[1]
        if (value !== null) recent.set(text, Float32Array.of(value))
        if (now !== undefined)
          expected = [...expected.filter(([name]) => name !== text), [text, now] as [string, number]].slice(
            -most,
          )
      }
    }),
  )
})
