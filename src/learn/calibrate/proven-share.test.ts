import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { seededRandom } from '../random.ts'
import { type Pair, pairsToProve, provenShare } from './proven-share.ts'

/** A world in which the true share is known. */
interface World {
  readonly name: string
  readonly share: number
  readonly draw: (random: () => number) => Pair
}

const coin = (random: () => number, p: number) => (random() < p ? 1 : 0)

const WORLDS: readonly World[] = [
  {
    name: 'right or wrong, independently of the baseline',
    share: 0.95,
    draw: (random) => ({ router: coin(random, 0.57), baseline: coin(random, 0.6) }),
  },
  {
    name: 'the same as the baseline but for a rare loss',
    share: 0.98,
    draw: (random) => ({ router: coin(random, 0.98), baseline: 1 }),
  },
  {
    name: 'better than the baseline, with scores between 0 and 1',
    share: 1.2,
    draw: (random) => ({ router: 0.6 * (0.5 + random()), baseline: random() }),
  },
]

const RISK = 0.1
const DRAWS = 1_000

function boundsIn({ draw }: World, count: number, draws = DRAWS): readonly number[] {
  const random = seededRandom(7)
  return Array.from({ length: draws }, () =>
    provenShare(
      Array.from({ length: count }, () => draw(random)),
      RISK,
    ),
  )
}

const frequency = (events: readonly boolean[]) => events.filter(Boolean).length / events.length

describe('the proven share', () => {
  for (const world of WORLDS)
    it(`exceeds the true one no more often than the risk: ${world.name}`, () => {
      for (const count of [60, 300]) {
        const wrong = frequency(boundsIn(world, count).map((bound) => bound > world.share))
        assert.ok(wrong <= RISK + 3 * Math.sqrt((RISK * (1 - RISK)) / DRAWS), `${wrong} of ${count}`)
      }
    })

  it('comes close to the true one with more pairs', () => {
    for (const world of WORLDS) {
      const [few, many] = [200, 5_000].map((count) => {
        const bounds = boundsIn(world, count, 20)
        return world.share - bounds.reduce((sum, bound) => sum + bound, 0) / bounds.length
      })
      assert.ok(many! < 0.05 && many! < few! / 2, `${world.name}: ${few}, then ${many}`)
    }
  })

  it('is 0 where the router is never of any use, and ends at 1.5', () => {
    const pairs = (router: number, baseline: number) =>
      Array.from({ length: 200 }, () => ({ router, baseline }))
    assert.equal(provenShare(pairs(0, 1), RISK), 0)
    assert.equal(provenShare(pairs(1, 0.1), RISK), 1.5)
  })
})

describe('the pairs that it takes to prove a share', () => {
  const [even] = WORLDS as readonly [World]
  const sample = (count: number, seed: number) => {
    const random = seededRandom(seed)
    return Array.from({ length: count }, () => even.draw(random))
  }

  it('prove it about as often as not, and twice as many nearly always', () => {
    const needed = pairsToProve(0.85, sample(5_000, 1), RISK)!
    const proves = (count: number) =>
      frequency(Array.from({ length: 200 }, (_, i) => provenShare(sample(count, 2 + i), RISK) >= 0.85))
    const [once, twice] = [proves(needed), proves(2 * needed)]
    assert.ok(once > 0.35 && once < 0.8 && twice > 0.85, `${needed} pairs: ${once}, ${twice}`)
  })

  it('are not to be had where the share is not kept', () => {
    const kept = (router: number) => pairsToProve(0.95, [{ router, baseline: 1 }], RISK)
    assert.equal(kept(0.95), undefined)
    assert.equal(kept(0.5), undefined)
    assert.equal(kept(0.95 + 1e-12), undefined)
    assert.ok(kept(0.96)! > 1)
  })
})
