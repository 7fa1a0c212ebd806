import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { SAMPLE_UNRATED } from '../../test/sample-market.ts'
import { DAMPING_YEARS, dampedYears, estimateUnrated } from './unrated.ts'

const open = (slug: string, releaseDate?: string, billions = 100) => ({
  slug,
  name: slug,
  openWeights: true,
  reasoning: false,
  totalParameters: { low: billions, high: billions },
  ...(releaseDate !== undefined && { releaseDate }),
})
const estimate = (...facts: Parameters<typeof open>) =>
  estimateUnrated(open(...facts), undefined, SAMPLE_UNRATED)
const near = (a: number, b: number) => assert.ok(Math.abs(a - b) < 0.2, `${a} is not near ${b}`)

test('maker, date and size add up', () => {
  near(estimate('new/x', '2026-01-01').mean, 1400)
  near(estimate('acme/x', '2026-01-01').mean, 1440)
  near(estimate('new/x', '2025-01-01').mean, 1350)
  near(estimate('new/x', '2026-01-01', 10).mean, 1340)
  assert.equal(estimate('acme/x', '2026-01-01').sd, 30)
  assert.equal(estimate('new/x', '2026-01-01').sd, 50)
})

test('an alias of a maker’s newest model counts as the maker’s', () => {
  assert.deepEqual(estimate('~acme/x', '2025-06-01'), estimate('acme/x', '2025-06-01'))
})

test('a month is date enough; without a readable date the flat prior speaks', () => {
  assert.deepEqual(estimate('new/x', '2025-04'), estimate('new/x', '2025-04-01'))
  assert.deepEqual(estimate('new/x'), SAMPLE_UNRATED.flat)
  assert.deepEqual(estimate('new/x', 'soon'), SAMPLE_UNRATED.flat)
})

test('dates and sizes outside what was seen count as the edges', () => {
  assert.deepEqual(estimate('new/x', '2019-05-01'), estimate('new/x', '2023-01-01'))
  assert.deepEqual(estimate('new/x', '2025-01-01', 0.1), estimate('new/x', '2025-01-01', 1))
  assert.deepEqual(estimate('new/x', '2025-01-01', 9_000), estimate('new/x', '2025-01-01', 1_000))
})

test('the size of a closed model is what its price usually buys, as for new ones nobody estimates another', () => {
  const { totalParameters, ...unknown } = open('new/x-ultra', '2026-01-01', 400)
  const priced = (model: object, medianUsd: number) =>
    estimateUnrated(
      { ...unknown, ...model, openWeights: false },
      { medianUsd, makesMedia: false },
      SAMPLE_UNRATED,
    )
  near(priced({}, 1).mean, 1400 + 60 * Math.log10(0.9))
  assert.deepEqual(priced({ totalParameters }, 1), priced({}, 1))
  assert.ok(priced({}, 10).mean > priced({}, 1).mean)
  assert.deepEqual(priced({}, 100), priced({}, 1000))
  assert.deepEqual(priced({ slug: 'new/x-8b' }, 1), priced({ slug: 'new/x-8b' }, 10))
})

test('without size and price, and of models that make media, the flat prior speaks', () => {
  const { totalParameters, ...unknown } = open('new/x', '2026-01-01')
  assert.deepEqual(estimateUnrated(unknown, undefined, SAMPLE_UNRATED), SAMPLE_UNRATED.flat)
  const painter = estimateUnrated(open('new/x', '2026-01-01'), { makesMedia: true }, SAMPLE_UNRATED)
  assert.deepEqual(painter, SAMPLE_UNRATED.flat)
  assert.ok(totalParameters.low > 0)
})

test('beyond the newest rated release the trend fades and the doubt grows', () => {
  fc.assert(
    fc.property(fc.nat(3000), fc.integer({ min: 1, max: 1000 }), (days, more) => {
      const after = (n: number) =>
        estimate('new/x', new Date(Date.UTC(2026, 0, 1 + n)).toISOString().slice(0, 10))
      const [sooner, later] = [after(days), after(days + more)]
      assert.ok(later.mean >= sooner.mean && later.sd > sooner.sd)
      assert.ok(later.mean <= SAMPLE_UNRATED.intercept + SAMPLE_UNRATED.perYear * DAMPING_YEARS + 1e-9)
    }),
  )
  near(estimate('new/x', '2036-01-01').mean, 1425)
})

test('damped years are full in the past, and never more than given', () => {
  assert.equal(dampedYears(-2, 0.5), -2)
  assert.equal(dampedYears(1, Infinity), 1)
  assert.equal(dampedYears(1, 0), 0)
  assert.ok(dampedYears(0.1, 0.5) > 0.09 && dampedYears(0.1, 0.5) < 0.1)
})
