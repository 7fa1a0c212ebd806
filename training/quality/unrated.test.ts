import assert from 'node:assert/strict'
import { test } from 'node:test'
import { estimateUnrated } from '../../src/decide/unrated.ts'
import { endpoint } from '../../test/sample-market.ts'
import { evaluateUnrated } from './evaluate-unrated.ts'
import { fitUnrated, ratedModels, regression, SHIPPED } from './unrated.ts'

const FLAT = { mean: 1300, sd: 80 }

/** Makers `good` and `fair`, 40 points apart; 60 points a year, 50 per tenfold size, and noise that repeats. */
const models = ['good', 'fair'].flatMap((maker, m) =>
  Array.from({ length: 30 }, (_, i) => ({
    slug: `${maker}/line-${i}-${[8, 70, 400][i % 3]}b`,
    name: 'x',
    releaseDate: new Date(Date.UTC(2023, 1 + i, 1)).toISOString().slice(0, 10),
    openWeights: true,
    reasoning: false,
    elo: 1200 + 5 * i + 50 * Math.log10([8, 70, 400][i % 3]!) - 40 * m + 15 * Math.sin(7 * i + m),
  })),
)
const ratings = new Map(models.map(({ slug, elo }) => [slug, { mean: elo, sd: 10 }]))
const endpoints = models.flatMap(({ slug }) => [endpoint('h/x', slug, [1, 2]), endpoint('i/x', slug, [1, 6])])
const rated = ratedModels(models, endpoints, ratings, { 'good/line-1-70b': 'good/line-0-8b' }, '2025-06-01')

test('rated models are taken up to the last vote, with median prices, lines and twins', () => {
  assert.equal(rated.length, 58)
  const second = rated.find(({ slug }) => slug === 'good/line-1-70b')
  assert.equal(second?.line, 'good/line')
  assert.equal(second?.twins, 'good/line-0-8b')
  assert.ok(Math.abs(second.usd - 4) < 1e-9)
  assert.equal(second.sizes.shipped, 70)
})

test('what ships predicts as the regression that was evaluated does', () => {
  const prior = fitUnrated(rated, FLAT)
  const predict = regression(rated, SHIPPED)
  for (const facts of rated.slice(0, 5)) {
    const model = models.find(({ slug }) => slug === facts.slug)!
    const shipped = estimateUnrated(model, undefined, prior)
    assert.ok(Math.abs(shipped.mean - predict(facts).mean) < 0.5)
    assert.ok(Math.abs(shipped.sd - predict(facts).sd) < 0.5)
  }
  assert.ok(Math.abs(prior.perYear - 60) < 10)
  assert.ok(Math.abs(prior.makers.get('good')!.mean - prior.makers.get('fair')!.mean - 40) < 10)
})

test('the evaluation finds the regression better than the flat prior, and its intervals about right', () => {
  const { comparison } = evaluateUnrated(rated, 0.2)
  const shipped = comparison['date, size, maker (shipped)']!
  assert.ok(shipped.leaveOneOut.rmse < comparison['flat: median']!.leaveOneOut.rmse / 2)
  assert.ok(shipped.leaveOneOut.coverage90 > 0.8)
})
