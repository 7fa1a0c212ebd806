import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { crossValidation } from '../evaluate/folds.ts'
import type { Learned } from '../evaluate/held-out.ts'
import { type SampleRow, sampleOutcomes } from '../evaluate/sample-outcomes.ts'
import type { Outcomes } from '../outcomes.ts'
import { seededRandom, shuffle } from '../random.ts'
import { type CalibrateOptions, calibrate } from './calibrate.ts'

/**
 * A world of two models, one kind of prompt for each number. `large` is right in 76 of 100 cases, whatever the kind;
 * `small` costs a tenth, is as good on the first kind and worse from kind to kind.
 */
const KINDS = 8
const LARGE = 0.76
const SMALL = Array.from({ length: KINDS }, (_, kind) => LARGE - 0.05 * kind)

const kindOf = (prompt: string) => Number(prompt.split(' ')[1])

function drawRows(count: number, seed: number): SampleRow[] {
  const random = seededRandom(seed)
  const right = (p: number) => (random() < p ? 1 : 0)
  return Array.from({ length: count }, (_, i) => {
    const kind = Math.floor(random() * KINDS)
    return {
      id: `r${i}`,
      prompt: `kind ${kind} number ${i}`,
      outcomes: {
        large: { quality: right(LARGE), cost: 0.01 },
        small: { quality: right(SMALL[kind]!), cost: 0.001 },
      },
    }
  })
}

/** Predicted qualities by kind and model. */
type Table = readonly (readonly number[])[]

const predictorOf = ({ prompts }: Outcomes, table: Table): Learned => ({
  predict: (row) => {
    const quality = Float64Array.from(table[kindOf(prompts[row]!)]!)
    return { quality, byNeighbours: quality }
  },
  guard: 0,
})

const TRUTH: Table = SMALL.map((small) => [LARGE, small])

/** The means of the rows that are learned from: noisy, and noisiest where it matters. */
function meansOf({ models, prompts, quality }: Outcomes, rows: readonly number[]): Table {
  return SMALL.map((_, kind) => {
    const its = rows.filter((row) => kindOf(prompts[row]!) === kind)
    const sumOf = (m: number) => its.reduce((sum, row) => sum + quality[row * models.length + m]!, 0)
    return models.map((_, m) => sumOf(m) / (its.length || 1))
  })
}

/** Learned, and sure that one model is of no use, so that it is never chosen. */
function learnedWithout(outcomes: Outcomes, rows: readonly number[], model: string): Learned {
  const means = meansOf(outcomes, rows)
  return predictorOf(
    outcomes,
    means.map((kind) => kind.map((mean, m) => (outcomes.models[m] === model ? 0 : mean))),
  )
}

/** The share of `large`'s quality that routing by these predictions keeps in truth. */
function trueShare(tables: readonly Table[], band: number): number {
  const kept = tables.flatMap((table) =>
    table.map(([large = 0, small = 0], kind) => (small >= large - band ? SMALL[kind]! : LARGE)),
  )
  return kept.reduce((sum, quality) => sum + quality, 0) / kept.length / LARGE
}

const run = (outcomes: Outcomes, options: Partial<CalibrateOptions> = {}) =>
  calibrate(outcomes, {
    splits: options.splits ?? crossValidation(outcomes, 5, 1),
    seed: 1,
    fit: () => predictorOf(outcomes, TRUTH),
    baseline: 'large',
    keep: 0.95,
    confidence: 0.95,
    ...options,
  })

/** What a calibration on new prompts promises, and what routing then keeps in truth; learned from them, if said so. */
async function tryWorld(seed: number, count: number, confidence: number, isLearned: boolean) {
  const outcomes = sampleOutcomes(drawRows(count, seed))
  const tables: Table[] = []
  const fit = (rows: readonly number[]) => {
    const table = isLearned ? meansOf(outcomes, rows) : TRUTH
    tables.push(table)
    return predictorOf(outcomes, table)
  }
  const { isProven, router } = await run(outcomes, { seed, fit, confidence })
  return { isProven, band: router.band, share: trueShare(tables, router.band) }
}

describe('the promise', () => {
  const RUNS = 120
  const CONFIDENCE = 0.8
  /** The risk, and three standard deviations of how often it comes true. */
  const MOST_BROKEN = RUNS * (1 - CONFIDENCE) + 3 * Math.sqrt(RUNS * CONFIDENCE * (1 - CONFIDENCE))

  for (const isLearned of [false, true])
    it(`is broken no more often than the confidence allows, ${isLearned ? 'by predictions learned from the other folds' : 'by predictions that are given'}`, async () => {
      let broken = 0
      let made = 0
      for (let seed = 0; seed < RUNS; seed++) {
        const { isProven, share } = await tryWorld(seed, 220, CONFIDENCE, isLearned)
        if (isProven) made++
        if (isProven && share < 0.95) broken++
      }
      assert.ok(made > RUNS / 4, `made ${made} times`)
      assert.ok(broken <= MOST_BROKEN, `broken ${broken} times`)
    })

  it('is made no more often than the risk where every choice is just short of the share', async () => {
    let made = 0
    for (let seed = 0; seed < RUNS; seed++) {
      const random = seededRandom(seed)
      const answer = (p: number) => ({ quality: random() < p ? 1 : 0, cost: 0.001 })
      const outcomes = sampleOutcomes(
        Array.from({ length: 220 }, (_, i) => ({
          id: `r${i}`,
          prompt: `kind ${i % KINDS} number ${i}`,
          outcomes: { large: answer(LARGE), one: answer(0.949 * LARGE), other: answer(0.949 * LARGE) },
        })),
      )
      const fit = (rows: readonly number[]) => learnedWithout(outcomes, rows, 'large')
      if ((await run(outcomes, { seed, fit, confidence: CONFIDENCE })).isProven) made++
    }
    assert.ok(made <= MOST_BROKEN, `made ${made} times`)
  })

  it('is made, and for a band that saves, where there are prompts enough', async () => {
    for (let seed = 0; seed < 5; seed++) {
      const { isProven, band } = await tryWorld(seed, 2_000, 0.95, true)
      assert.ok(isProven && band >= 0.05, `seed ${seed}: band ${band}`)
    }
  })

  it('is made for no wider band when more is to be kept', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(),
        fc.array(fc.double({ min: 0.6, max: 1.2, noNaN: true }), { minLength: 2, maxLength: 4 }),
        async (seed, keeps) => {
          const outcomes = sampleOutcomes(drawRows(120, seed))
          const bands = []
          for (const keep of keeps.toSorted((a, b) => a - b)) {
            const { isProven, router } = await run(outcomes, { keep })
            bands.push(isProven ? router.band : -1)
          }
          assert.deepEqual(
            bands,
            bands.toSorted((a, b) => b - a),
          )
        },
      ),
      { numRuns: 20 },
    )
  })
})

describe('a calibration', () => {
  it('takes the cheapest band: the widest that keeps the share, and not a wider one that saves no more', async () => {
    const outcomes = sampleOutcomes(drawRows(3_000, 1))
    const { router, prompts, baseline } = await run(outcomes, { keep: 0.5 })
    assert.ok(router.band >= 0.35 && router.band <= 0.355, 'from here on `small` answers everything')
    assert.deepEqual(router.shares, [{ model: 'small', share: 1 }])
    assert.ok(Math.abs(router.costShare.mean - 0.1) < 1e-12)
    assert.deepEqual([prompts, baseline.model], [3_000, 'large'])
    assert.ok(router.qualityShare.low < router.qualityShare.mean)
    assert.ok(router.provenShare < router.qualityShare.mean && router.provenShare >= 0.5)
  })

  it('says how many more prompts it would take, or that no number would do', async () => {
    const outcomes = sampleOutcomes(drawRows(150, 3))
    const near = await run(outcomes, { keep: 0.97 })
    const beyond = await run(outcomes, { keep: 1.3 })
    assert.deepEqual([near.isProven, near.router.band, beyond.isProven], [false, 0, false])
    assert.ok(near.morePrompts! >= 1)
    assert.equal(beyond.morePrompts, undefined)
  })

  it('is the same whatever the order of the rows', async () => {
    const rows = drawRows(120, 4)
    const forwards = sampleOutcomes(rows)
    const shuffled = sampleOutcomes(shuffle([...rows], seededRandom(9)))
    assert.deepEqual(await run(forwards), await run(shuffled))
  })

  it('counts a prompt that comes back once', async () => {
    const rows = drawRows(100, 5)
    const twice = [...rows, ...rows.map((row) => ({ ...row, id: `again ${row.id}` }))]
    const once = await run(sampleOutcomes(rows))
    const doubled = await run(sampleOutcomes(twice))
    assert.equal(doubled.prompts, 100)
    assert.ok(doubled.router.provenShare < 1.02 * once.router.provenShare)
  })

  it('leaves prompts out that the baseline did not answer, and says how many', async () => {
    const rows = drawRows(200, 6).map((row, i) =>
      i % 4 > 0 ? row : { ...row, outcomes: { small: row.outcomes.small! } },
    )
    const { prompts, withoutBaseline } = await run(sampleOutcomes(rows))
    assert.deepEqual([prompts, withoutBaseline], [150, 50])
  })

  it('counts a cost that is not known as its model’s mean', async () => {
    const rows = drawRows(100, 7).map(({ outcomes, ...row }, i) =>
      i % 2 === 0
        ? { ...row, outcomes }
        : { ...row, outcomes: { large: { quality: 1 }, small: { quality: 1 } } },
    )
    const { router, baseline } = await run(sampleOutcomes(rows), { keep: 0.5 })
    assert.ok(Math.abs(baseline.costUsd - 0.01) < 1e-12 && Math.abs(router.costShare.mean - 0.1) < 1e-12)
  })
})

describe('what cannot be calibrated is refused before anything is learned', () => {
  const rows = drawRows(60, 8)
  const wrong: readonly (readonly [string, readonly SampleRow[], string, RegExp])[] = [
    ['a baseline that is misspelled', rows, 'larg', /hold no model larg\. Did you mean large\?/],
    ['a baseline of another world', rows, 'something-else', /It has large, small\./],
    [
      'one model',
      rows.map((row) => ({ ...row, outcomes: { large: row.outcomes.large! } })),
      'large',
      /only one model, large/,
    ],
    ['too few prompts', rows.slice(0, 49), 'large', /too few prompts: 49 different ones/],
    [
      'one prompt over and over',
      rows.map((row, i) => (i < 9 ? row : { ...row, prompt: 'kind 1' })),
      'large',
      /too few prompts: 10 different ones/,
    ],
    [
      'a baseline of no use',
      rows.map((row) => ({ ...row, outcomes: { ...row.outcomes, large: { quality: 0 } } })),
      'large',
      /nothing to keep/,
    ],
  ]
  for (const [name, given, baseline, message] of wrong)
    it(name, async () => {
      const outcomes = sampleOutcomes(given)
      const fit = () => assert.fail('something was learned')
      await assert.rejects(run(outcomes, { splits: { splits: [], duplicates: 0 }, baseline, fit }), message)
    })
})
