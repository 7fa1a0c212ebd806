import assert from 'node:assert/strict'
import { it } from 'node:test'
import {
  bar,
  formatCarbon,
  formatCost,
  formatCount,
  formatDuration,
  formatPlural,
  formatShare,
} from './format.ts'

it('a cost keeps two significant digits and never an exponent', () => {
  assert.deepEqual(
    [12.4, 1, 0.5, 0.0021, 0.000000012, 0, null, undefined, NaN].map((usd) => formatCost(usd)),
    ['$12.40', '$1.00', '$0.50', '$0.0021', '$0.000000012', 'free', '?', '?', '?'],
  )
})

it('a duration has the unit that fits it', () => {
  assert.deepEqual(
    [0.05, 12.4, 999.6, 2_100, 95_000, null].map((ms) => formatDuration(ms)),
    ['0.050 ms', '12 ms', '1.0 s', '2.1 s', '1.6 min', '?'],
  )
})

it('carbon is in mg, g or kg', () => {
  assert.deepEqual(
    [0, 0.0123, 0.996, 1.25, 2_000, undefined].map((grams) => formatCarbon(grams)),
    ['0 g', '12 mg', '1.0 g', '1.3 g', '2.0 kg', '?'],
  )
})

it('counts and shares are short', () => {
  assert.deepEqual([812, 131_072, 1_048_576].map(formatCount), ['812', '131k', '1.0M'])
  assert.equal(formatShare(0.823), '82 %')
  assert.deepEqual([formatPlural(1, 'day'), formatPlural(2, 'day')], ['1 day', '2 days'])
})

it('a bar fills in eighths and is always as wide as asked', () => {
  assert.deepEqual(
    [0, 0.5, 0.55, 1, 7, -1].map((share) => bar(share, 4)),
    ['    ', '██  ', '██▎ ', '████', '████', '    '],
  )
})
