import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gaussian, seededRandom } from '../random.ts'
import { CLUSTERS, clusterShares, findClusters, type PromptPoint, usualShares } from './clusters.ts'

/** Prompts of three kinds: two that read alike but look different, and one that reads otherwise. */
function drawn(count: number, seed: number): PromptPoint[] {
  const random = seededRandom(seed)
  return Array.from({ length: count }, (_, i) => ({
    embedding: i % 3 === 2 ? Float32Array.of(0, 1) : Float32Array.of(1, 0),
    shape: Float32Array.of(i % 3 === 0 ? 8 : 1, gaussian(random) / 20),
  }))
}

const heaviest = (shares: Float32Array) => shares.indexOf(Math.max(...shares.subarray(1)), 1)

test('prompts of one kind share a cluster, prompts of different kinds do not', () => {
  const clusters = findClusters('test', drawn(90, 1))
  const [one, two, three] = drawn(3, 2)
  const homes = [one!, two!, three!].map((point) => {
    const shares = clusterShares(point, clusters)
    return clusters.centres[heaviest(shares) - 1]!
  })
  assert.ok(homes[2]![1]! > 0.9)
  assert.ok(homes[0]![0]! > 0.9 && homes[1]![0]! > 0.9)
  assert.ok(homes[0]![2]! > homes[1]![2]!)
})

test('shares begin with 1, and sum to 1 besides', () => {
  const clusters = findClusters('test', drawn(60, 3))
  for (const shares of [
    usualShares(clusters),
    ...drawn(9, 4).map((point) => clusterShares(point, clusters)),
  ]) {
    assert.equal(shares.length, clusters.centres.length + 1)
    assert.equal(shares[0], 1)
    assert.ok(Math.abs(shares.subarray(1).reduce((sum, share) => sum + share, 0) - 1) < 1e-6)
  }
})

test('the same prompts give the same clusters, and equal prompts a single one', () => {
  assert.deepEqual(findClusters('test', drawn(60, 5)), findClusters('test', drawn(60, 5)))
  const same = Array.from({ length: 30 }, () => drawn(1, 6)[0]!)
  assert.equal(findClusters('test', same).centres.length, 1)
  assert.ok(findClusters('test', drawn(200, 7)).centres.length <= CLUSTERS)
})

test('a shape that was never met is as far away as may be, and still has shares', () => {
  const clusters = findClusters('test', drawn(60, 8))
  const shares = clusterShares(
    { embedding: Float32Array.of(0, 0), shape: Float32Array.of(1e9, -1e9) },
    clusters,
  )
  assert.ok(shares.every(Number.isFinite))
})
