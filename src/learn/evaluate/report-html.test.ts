import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Evaluation } from './evaluation.ts'
import { reportHtml } from './report-html.ts'

const best = { model: 'b<script>', quality: 0.7, costUsd: 0.01 }
const evaluation: Evaluation = {
  prompts: 100,
  models: ['a/one', 'b<script>'],
  splits: 5,
  splitName: '5 folds (seed 1)',
  seed: 1,
  duplicates: 1,
  policy: undefined,
  singles: [{ model: 'a/one', quality: 0.5, costUsd: 0.0001 }, best],
  bestSingle: best,
  cheapestInBand: best,
  band: 0.05,
  random: { quality: 0.6, costUsd: 0.005 },
  neighbours: { quality: 0.5, costUsd: 0.001 },
  taskOracle: undefined,
  oracle: { quality: 0.9, costUsd: 0.002 },
  router: { quality: 0.75, costUsd: 0.006 },
  gain: { mean: 0.05, low: 0.02, high: 0.08 },
  leaves: 0.3,
  costShare: 0.6,
  routerHull: [
    { quality: 0.5, costUsd: 0.0001 },
    { quality: 0.76, costUsd: 0.007 },
  ],
  zeroHull: [{ quality: 0.5, costUsd: 0.0001 }, best],
  costAt: { '0.95': 0.4, '0.99': 0.5, '1.00': undefined },
  zeroCostAt: { '0.95': 0.8, '0.99': 0.9, '1.00': 1 },
  aiq: 0.65,
  zeroAiq: 0.6,
  twoModels: { apgr: 0.6, cpt50: 0.3, cpt80: 0.6 },
  calibration: { ece: 0.02, bins: [{ predicted: 0.5, observed: 0.6, n: 100 }] },
  shares: [
    { model: 'b<script>', share: 0.7 },
    { model: 'a/one', share: 0.3 },
  ],
  msPerDecision: { p50: 0.2, p99: 0.9 },
}

test('the page needs no script and nothing from elsewhere, and names are text in it', () => {
  const html = reportHtml(evaluation, "meritorder eval --data 'a<b>.jsonl'")
  assert.doesNotMatch(html, /<script|src=|href=|@import|url\(/)
  assert.match(html, /b&#60;script&#62;/)
  assert.match(html, /--data &#39;a&#60;b&#62;\.jsonl&#39;/)
  assert.match(html, /prefers-color-scheme: dark/)
})

test('the page says the verdict, the plots and what is never reached', () => {
  const html = reportHtml(evaluation, 'meritorder eval')
  assert.match(
    html,
    /<h1 class="beats">The router beats .* \+5\.0 points \[\+2\.0, \+8\.0\], at 60 % of its cost/,
  )
  assert.equal(html.match(/role="img"/g)?.length, 2)
  assert.match(html, />never</)
  assert.doesNotMatch(html, /NaN|undefined/)
})

test('the plot names its baselines, says its units, and draws the interval of the router’s difference', () => {
  const html = reportHtml(evaluation, 'meritorder eval')
  for (const name of ['100 nearest prompts', 'random mix', 'router', 'oracle', 'one'])
    assert.match(html, new RegExp(`<text class="name[^>]*>${name}</text>`))
  assert.match(html, />cost, USD per 1,000 prompts \(logarithmic\)</)
  assert.match(html, />mean quality, 0 to 1</)
  const [, low, high] = /class="interval" d="M[\d.]+ ([\d.]+)V([\d.]+)/.exec(
    html.slice(html.indexOf('<figure')),
  )!
  assert.ok(Number(low) > Number(high), 'the lower end stands lower')
})

test('a model far below all others is named below the frame and squeezes nothing', () => {
  const singles = [0.1, 0.7, 0.72, 0.74, 0.76, 0.78, 0.8, 0.82].map((quality, i) => ({
    model: `acme/m${i}`,
    quality,
    costUsd: 0.001 * (i + 1),
  }))
  const html = reportHtml({ ...evaluation, singles }, 'meritorder eval')
  assert.match(html, />below the frame: m0 0\.10 at \$1</)
  assert.equal(html.match(/<circle class="single"/g)?.length, 7)
  const even = reportHtml({ ...evaluation, singles: singles.slice(1) }, 'meritorder eval')
  assert.doesNotMatch(even, /below the frame/)
})

test('without costs there is no plot of them, and a sentence instead', () => {
  const unpriced = { quality: 0.7, costUsd: Number.NaN }
  const html = reportHtml(
    {
      ...evaluation,
      singles: [{ ...best, ...unpriced }],
      bestSingle: { ...best, ...unpriced },
      cheapestInBand: { ...best, ...unpriced },
      router: unpriced,
      oracle: unpriced,
      random: unpriced,
      neighbours: unpriced,
      routerHull: [],
      zeroHull: [],
      aiq: Number.NaN,
      costShare: undefined,
    },
    'meritorder eval',
  )
  assert.match(html, /says no cost/)
  assert.doesNotMatch(html, /NaN/)
})
