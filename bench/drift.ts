/**
 * How soon a model that gets worse by 10 points is found, and how often one is that does not: streams of thumbs with known
 * truth. Predictions spread from prompt to prompt, and are off by an amount of the model's own that has to be learned.
 *
 *   npm run bench:drift -- [--streams 400] [--steady 60] [--json]
 *
 * The targets are 300 ratings and at most one false alarm in 10,000.
 */
import { parseArgs } from 'node:util'
import { chartRating, NEW_CHART } from '../src/learn/drift/quality-drift.ts'
import { percentile } from '../src/learn/evaluate/bootstrap.ts'
import { gaussian, seededRandom } from '../src/learn/random.ts'

const { values } = parseArgs({
  options: {
    streams: { type: 'string', default: '400' },
    steady: { type: 'string', default: '60' },
    json: { type: 'boolean', default: false },
  },
})

/** Ratings before the fall, and the longest that it is looked for. */
const BEFORE = 1_000
const LOOKED_FOR = 5_000
const STEADY_RATINGS = 10_000

const falls = [0.05, 0.1, 0.2].map((fall) => foundAfter(fall, Number(values.streams)))
const steady = steadyStreams(Number(values.steady), () => 0)
const harder = steadyStreams(Number(values.steady), (at) => (at < BEFORE ? 0 : 0.2))
const report = { falls, steady, harder_prompts: harder }
process.stdout.write(
  values.json
    ? `${JSON.stringify(report)}\n`
    : `${[
        ...falls.map(
          ({ fall, median, p95, within_300, missed, before }) =>
            `a fall of ${100 * fall} points: found after ${median} ratings (median), 95 % after ${p95}; ${percent(within_300)} within 300, ${percent(missed)} not within ${LOOKED_FOR.toLocaleString('en')}; ${percent(before)} of the streams had an alarm before it`,
        ),
        `nothing changes: ${told(steady)}`,
        `prompts get harder by 20 points, and are predicted to be: ${told(harder)}`,
      ].join('\n')}\n`,
)

function foundAfter(fall: number, streams: number) {
  const delays: number[] = []
  let before = 0
  for (let seed = 1; seed <= streams; seed++) {
    const alarm = firstAlarm(
      seed,
      BEFORE + LOOKED_FOR,
      (at) => (at < BEFORE ? 0 : fall),
      () => 0,
    )
    if (alarm !== undefined && alarm < BEFORE) before++
    else delays.push(alarm === undefined ? Infinity : alarm - BEFORE + 1)
  }
  const share = (holds: (delay: number) => boolean) => delays.filter(holds).length / delays.length
  return {
    fall,
    median: percentile(delays, 0.5),
    p95: percentile(delays, 0.95),
    within_300: share((delay) => delay <= 300),
    missed: share((delay) => delay === Infinity),
    before: before / streams,
  }
}

function steadyStreams(streams: number, harder: (at: number) => number) {
  let alarms = 0
  for (let seed = 1; seed <= streams; seed++)
    alarms += alarmsOf(10_000 + seed, STEADY_RATINGS, () => 0, harder).length
  const ratings = streams * STEADY_RATINGS
  return { ratings, alarms, per_10_000: (10_000 * alarms) / ratings }
}

function firstAlarm(...stream: Parameters<typeof alarmsOf>): number | undefined {
  return alarmsOf(...stream)[0]
}

/** Places of the alarms in a stream of thumbs. */
function alarmsOf(
  seed: number,
  ratings: number,
  fall: (at: number) => number,
  harder: (at: number) => number,
): number[] {
  const random = seededRandom(seed)
  const offset = 0.1 * gaussian(random)
  const alarms: number[] = []
  let chart = NEW_CHART
  for (let at = 0; at < ratings; at++) {
    const predicted = within(0.7 - harder(at) + 0.15 * gaussian(random))
    const truth = within(predicted + offset - fall(at))
    const next = chartRating(chart, predicted, random() < truth ? 1 : 0)
    chart = next.chart
    if (next.drift !== undefined) alarms.push(at)
  }
  return alarms
}

function within(quality: number): number {
  return Math.min(0.97, Math.max(0.03, quality))
}

function told({ ratings, alarms, per_10_000 }: ReturnType<typeof steadyStreams>): string {
  return `${alarms} alarms in ${ratings.toLocaleString('en')} ratings, ${per_10_000.toFixed(2)} in 10,000`
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`
}
