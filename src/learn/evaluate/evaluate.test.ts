import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { Outcomes } from '../outcomes.ts'
import { seededRandom, shuffle } from '../random.ts'
import { evaluate } from './evaluate.ts'
import { crossValidation } from './folds.ts'
import type { Learned } from './held-out.ts'
import { type SampleRow, sampleOutcomes } from './sample-outcomes.ts'
import { verdictOn } from './verdict.ts'

/** `poet` is right on verse and `clerk` on sums, `clerk` more often overall; `parrot` is cheap and right now and then. */
function rows(count: number): SampleRow[] {
  return Array.from({ length: count }, (_, i) => {
    const task = i % 5 < 2 ? 'verse' : 'sums'
    return {
      id: `r${String(i).padStart(3, '0')}`,
      prompt: `${task} number ${i}`,
      task,
      outcomes: {
        clerk: { quality: task === 'sums' ? 1 : 0, cost: 0.002 },
        poet: { quality: task === 'verse' ? 1 : 0, cost: 0.003 },
        parrot: { quality: i % 4 === 0 ? 1 : 0, cost: 0.0001 },
      },
    }
  })
}

/** Reads the task in the prompt, as a good predictor would learn to. */
function wise({ models, prompts }: Outcomes): Learned {
  return {
    predict: (row) =>
      saying(
        Float64Array.from(models, (model) =>
          model === 'parrot' ? 0.25 : prompts[row]!.startsWith('sums') === (model === 'clerk') ? 0.95 : 0.05,
        ),
      ),
    guard: 0.01,
  }
}

function flat({ models }: Outcomes): Learned {
  return { predict: () => saying(new Float64Array(models.length).fill(0.5)), guard: 0.01 }
}

function saying(quality: Float64Array) {
  return { quality, byNeighbours: quality }
}

function judge(outcomes: Outcomes, learned: Learned, band?: number) {
  let ms = 0
  return evaluate(outcomes, {
    splits: crossValidation(outcomes, 5, 1),
    splitName: '5 folds',
    seed: 1,
    fit: () => learned,
    policy: band === undefined ? undefined : { name: 'cheap', qualityBand: band },
    band: 0.05,
    clock: () => ms++,
  })
}

describe('evaluating a router', () => {
  it('says that a router which tells the tasks apart beats the best single model, with an interval above 0', async () => {
    const outcomes = sampleOutcomes(rows(100))
    const result = await judge(outcomes, wise(outcomes))
    assert.equal(result.bestSingle.model, 'clerk')
    assert.equal(result.bestSingle.quality, 0.6)
    assert.equal(result.router.quality, 1)
    assert.ok(result.gain.low > 0.25 && Math.abs(result.gain.mean - 0.4) < 1e-12 && result.gain.high < 0.55)
    assert.deepEqual(result.taskOracle, result.router)
    assert.deepEqual(result.neighbours, result.router)
    assert.ok(Math.abs(result.random.quality - (1 + 0.25) / 3) < 1e-12)
    assert.equal(result.leaves, 0.4)
    assert.ok(result.costAt['1.00']! < result.zeroCostAt['1.00']!)
    assert.ok(result.aiq > result.zeroAiq)
    assert.equal(verdictOn(result).kind, 'beats')
    assert.deepEqual(
      result.shares.map(({ model }) => model),
      ['clerk', 'poet'],
    )
    assert.deepEqual(result.msPerDecision, { p50: 1, p99: 1 })
  })

  it('says that a router which sees no difference ties, as it never leaves the best single model', async () => {
    const outcomes = sampleOutcomes(rows(100))
    const result = await judge(outcomes, flat(outcomes))
    assert.deepEqual(result.gain, { mean: 0, low: 0, high: 0 })
    assert.equal(result.costShare, 1)
    assert.match(verdictOn(result).sentence, /ties .* found no prompt/)
  })

  it('says that a router which takes the wrong model is worse', async () => {
    const outcomes = sampleOutcomes(rows(100))
    const { predict, guard } = wise(outcomes)
    const result = await judge(outcomes, {
      predict: (row) => saying(predict(row).quality.map((quality) => 1 - quality)),
      guard,
    })
    assert.ok(result.gain.high < 0)
    assert.match(verdictOn(result).sentence, /worse .* −/)
  })

  it('takes the cheapest model within the band under a policy', async () => {
    const outcomes = sampleOutcomes(rows(100))
    const result = await judge(outcomes, flat(outcomes), 0.1)
    assert.deepEqual(result.shares, [{ model: 'parrot', share: 1 }])
    assert.ok(Math.abs(result.costShare! - 0.05) < 1e-12)
  })

  it('finds no router and no single model above the oracle', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 4 })), {
          minLength: 6,
          maxLength: 25,
        }),
        async (qualities) => {
          const outcomes = sampleOutcomes(
            qualities.map(([a, b], i) => ({
              id: `${i}`,
              outcomes: { a: { quality: a / 4, cost: 1 }, b: { quality: b / 4, cost: 2 } },
            })),
          )
          const { oracle, singles, router, routerHull } = await judge(outcomes, flat(outcomes))
          for (const { quality } of [...singles, router, ...routerHull])
            assert.ok(quality <= oracle.quality + 1e-9)
        },
      ),
      { numRuns: 30 },
    )
  })

  it('finds the same whatever the order of the rows', async () => {
    const forwards = sampleOutcomes(rows(60))
    const shuffled = sampleOutcomes(shuffle(rows(60), seededRandom(9)))
    assert.deepEqual(await judge(forwards, wise(forwards)), await judge(shuffled, wise(shuffled)))
  })

  it('chooses only among the models that were run on a prompt', async () => {
    const incomplete = rows(100).map((row, i) =>
      i % 2 === 0 ? row : { ...row, outcomes: { parrot: row.outcomes.parrot! } },
    )
    const outcomes = sampleOutcomes(incomplete)
    const { router, gain, shares } = await judge(outcomes, wise(outcomes))
    assert.equal(shares.find(({ model }) => model === 'parrot')?.share, 0.5)
    assert.ok(Number.isFinite(router.quality) && Number.isFinite(gain.low))
  })

  it('says nothing about savings where no cost is known', async () => {
    const free = rows(50).map((row) => ({
      ...row,
      outcomes: Object.fromEntries(
        Object.entries(row.outcomes).map(([model, { quality }]) => [model, { quality }]),
      ),
    }))
    const outcomes = sampleOutcomes(free)
    const result = await judge(outcomes, wise(outcomes))
    assert.equal(result.router.quality, 1)
    assert.ok(Number.isNaN(result.router.costUsd) && Number.isNaN(result.aiq))
    assert.equal(result.costShare, undefined)
    assert.deepEqual(result.costAt, { '0.95': undefined, '0.99': undefined, '1.00': undefined })
  })

  it('gives APGR and CPT for exactly two models', async () => {
    const two = rows(100).map(({ outcomes: { clerk, parrot }, ...row }) => ({
      ...row,
      outcomes: { clerk: clerk!, parrot: parrot! },
    }))
    const outcomes = sampleOutcomes(two)
    const { twoModels } = await judge(outcomes, wise(outcomes))
    assert.ok(twoModels!.apgr > 0.5 && twoModels!.cpt50 < 0.5)
    const three = sampleOutcomes(rows(20))
    assert.equal((await judge(three, wise(three))).twoModels, undefined)
  })
})
