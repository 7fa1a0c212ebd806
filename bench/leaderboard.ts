/**
 * Time and memory to rank 300 models by a million drawn comparisons with four style covariates, and the share of the
 * true abilities that lies in its 95 % interval.
 *
 *   npm run bench:leaderboard -- [--rows 1000000] [--models 300] [--json]
 *
 * The target is 20 s on two cores.
 */
import { parseArgs } from 'node:util'
import { leaderboardOf } from '../src/learn/leaderboard/leaderboard.ts'
import { seededRandom } from '../src/learn/random.ts'
import { drawComparisons } from '../test/drawn-comparisons.ts'

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    models: { type: 'string', default: '300' },
    json: { type: 'boolean', default: false },
  },
})

const { comparisons, truth } = drawComparisons({
  models: Number(values.models),
  rows: Number(values.rows),
  ties: 0.6,
  effects: [0.4, 0.1, -0.1, 0],
  random: seededRandom(1),
})
const start = performance.now()
const { standings } = leaderboardOf(comparisons, 1)
const seconds = (performance.now() - start) / 1000
const points = 400 / Math.LN10
const within = standings.filter(({ model, low, high }) => {
  const rating = 1000 + points * truth[comparisons.models.indexOf(model)]!
  return low <= rating && rating <= high
})
const report = {
  rows: comparisons.a.length,
  models: comparisons.models.length,
  fit_s: Number(seconds.toFixed(2)),
  peak_rss_mb: Math.round(process.resourceUsage().maxRSS / 1024),
  within_95: Number((within.length / standings.length).toFixed(3)),
}
const { rows, models, fit_s, peak_rss_mb, within_95 } = report
process.stdout.write(
  values.json
    ? `${JSON.stringify(report)}\n`
    : `${rows} comparisons of ${models} models ranked in ${fit_s} s, at most ${peak_rss_mb} MB; ${(100 * within_95).toFixed(1)} % of the true abilities lie in their 95 % interval\n`,
)
