import assert from 'node:assert/strict'
import { test } from 'node:test'
import { spaceEmbedder } from '../../understand/vector-space.ts'
import { seededRandom } from '../random.ts'
import { fitVectorSpace } from './vector-space.ts'

const OUTSIDE = { embedder: 'e5', probe: Float32Array.of(1) }

/** Vectors far from the origin that differ along a few directions only. */
function textsIn(width: number, rank: number, count: number) {
  const random = seededRandom(7)
  const draw = (length: number) => Float32Array.from({ length }, () => random() - 0.5)
  const axes = Array.from({ length: rank }, () => draw(width))
  return Array.from({ length: count }, () => {
    const weights = draw(rank)
    const vector = new Float32Array(width).fill(3)
    for (const [a, axis] of axes.entries())
      for (let v = 0; v < width; v++) vector[v]! += weights[a]! * axis[v]!
    return { text: 'x', turnStart: 0, turnLength: 1, vector }
  })
}

function cosine(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, d) => sum + value * b[d]!, 0)
}

function fit(texts: ReturnType<typeof textsIn>, size: number) {
  return fitVectorSpace(texts, OUTSIDE, size, seededRandom(1))
}

test('angles around the mean are kept when the directions span the vectors', () => {
  const texts = textsIn(40, 6, 60)
  const table = fit(texts, 8)
  const space = spaceEmbedder('test', table)
  assert.equal(space.outside, OUTSIDE)
  const around = texts.map(({ vector }) => {
    const moved = vector.map((value, v) => value - table.mean[v]!)
    const length = Math.hypot(...moved)
    return moved.map((value) => value / length)
  })
  const placed = texts.map((text) => space.embed(text))
  for (let i = 1; i < texts.length; i++) {
    assert.ok(Math.abs(Math.hypot(...placed[i]!) - 1) < 1e-5)
    const [wanted, got] = [cosine(around[0]!, around[i]!), cosine(placed[0]!, placed[i]!)]
    assert.ok(Math.abs(wanted - got) < 1e-3, `${wanted} ${got}`)
  }
})

test('vectors shorter than the directions wanted, and a single text, are fitted without a number going astray', () => {
  for (const [width, count] of [
    [5, 30],
    [40, 1],
    [1, 2],
  ] as const) {
    const texts = textsIn(width, 3, count)
    const space = spaceEmbedder('test', fit(texts, 16))
    for (const text of texts) {
      const at = space.embed(text)
      assert.equal(at.length, 16)
      const length = Math.hypot(...at)
      assert.ok(Number.isFinite(length) && length < 1.0001, `${length}`)
    }
  }
})

test('a prompt without a vector, or with one of zeros, lies at zero', () => {
  const [first, ...texts] = textsIn(10, 3, 30)
  const space = spaceEmbedder('test', fit(texts, 8))
  const { vector: _, ...bare } = first!
  assert.deepEqual(space.embed(bare), new Float32Array(8))
  assert.deepEqual(space.embed({ ...bare, vector: new Float32Array(10) }), new Float32Array(8))
})

test('the same texts and seed give the same directions', () => {
  const texts = textsIn(20, 4, 50)
  assert.deepEqual(fit(texts, 8), fit(texts, 8))
})
