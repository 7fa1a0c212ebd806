/**
 * How soon a model that gets worse by 10 points is found, and how often one is that does not: streams of thumbs with known
 * truth. Predictions spread from prompt to prompt, and are off by an amount of the model's own that has to be learned.
 * Beside the chart stands what is possible at all: a CUSUM that is told what nobody knows, for every answer the
 * probability that it is good with the fall and without. Of all rules that alarm as rarely it has the shortest delay in the
 * worst case (Moustakides 1986). Its threshold gives as many false alarms as the chart, on other streams.
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

/** Takes a thumb (1 or 0), what was predicted, and the probability of a good answer without the fall and with it; true for an alarm. */
type Detector = (good: number, predicted: number, before: number, since: number) => boolean

interface Stream {
  readonly seed: number
  readonly ratings: number
  readonly fall?: number
  /** Ratings before the model falls by that; it never does where left out. */
  readonly fallsAt?: number
  /** By how much the prompt of a rating is harder than usual. */
  readonly harder?: (at: number) => number
}

/** Ratings before the fall, and the longest that it is looked for. */
const BEFORE = 1_000
const LOOKED_FOR = 5_000
const STEADY_RATINGS = 10_000
/** First seeds of the streams where nothing changes, and of those that the threshold of what knows all is found on. */
const STEADY_SEED = 10_000
const THRESHOLD_SEED = 1_000_000

const [streams, steadyStreams] = [Number(values.streams), Number(values.steady)]
const steady = falseAlarms(chart, { streams: steadyStreams })
const harder = falseAlarms(chart, { streams: steadyStreams, harder: (at) => (at < BEFORE ? 0 : 0.2) })
const falls = [0.05, 0.1, 0.2].map((fall) => {
  const threshold = thresholdFor(fall, steady.per_10_000)
  return {
    fall,
    ...foundAfter(fall, chart),
    knowing_all: foundAfter(fall, () => knowingAll(threshold)),
  }
})
const report = { falls, steady, harder_prompts: harder }
process.stdout.write(
  values.json
    ? `${JSON.stringify(report)}\n`
    : `${[
        ...falls.flatMap(({ fall, knowing_all, ...own }) => [
          `a fall of ${100 * fall} points: ${found(own)}`,
          `  by one that knows all: ${found(knowing_all)}`,
        ]),
        `nothing changes: ${told(steady)}`,
        `prompts get harder by 20 points, and are predicted to be: ${told(harder)}`,
      ].join('\n')}\n`,
)

/** What the gateway does. */
function chart(): Detector {
  let its = NEW_CHART
  return (good, predicted) => {
    const { chart: next, drift } = chartRating(its, predicted, good)
    its = next
    return drift !== undefined
  }
}

/** Page's CUSUM of the true log likelihood ratio. */
function knowingAll(threshold: number): Detector {
  let score = 0
  return (good, _predicted, before, since) => {
    const ratio = good === 1 ? since / before : (1 - since) / (1 - before)
    score = Math.max(0, score + Math.log(ratio))
    if (score < threshold) return false
    score = 0
    return true
  }
}

/** That with which what knows all alarms as often where nothing changes; by halving. */
function thresholdFor(fall: number, per10000: number): number {
  let [low, high] = [1, 10]
  while (high - low > 0.01) {
    const middle = (low + high) / 2
    const { per_10_000 } = falseAlarms(() => knowingAll(middle), {
      streams: 3 * steadyStreams,
      seed: THRESHOLD_SEED,
      fall,
    })
    if (per_10_000 > per10000) low = middle
    else high = middle
  }
  return high
}

function foundAfter(fall: number, detector: () => Detector) {
  const delays: number[] = []
  let before = 0
  for (let seed = 1; seed <= streams; seed++) {
    const stream = { seed, ratings: BEFORE + LOOKED_FOR, fall, fallsAt: BEFORE }
    const { value: alarm } = alarmsIn(stream, detector()).next()
    if (alarm !== undefined && alarm < BEFORE) before++
    else delays.push(alarm === undefined ? Infinity : alarm - BEFORE + 1)
  }
  const share = (holds: (delay: number) => boolean) => delays.filter(holds).length / delays.length
  return {
    median: percentile(delays, 0.5),
    p95: percentile(delays, 0.95),
    within_300: share((delay) => delay <= 300),
    missed: share((delay) => delay === Infinity),
    before: before / streams,
  }
}

function falseAlarms(
  detector: () => Detector,
  { streams, seed = STEADY_SEED, ...kind }: Omit<Partial<Stream>, 'ratings'> & { readonly streams: number },
) {
  let alarms = 0
  for (let s = 1; s <= streams; s++)
    alarms += [...alarmsIn({ ...kind, seed: seed + s, ratings: STEADY_RATINGS }, detector())].length
  const ratings = streams * STEADY_RATINGS
  return { ratings, alarms, per_10_000: (10_000 * alarms) / ratings }
}

/** Places of the alarms in a stream of thumbs. */
function* alarmsIn(
  { seed, ratings, fall = 0, fallsAt = Infinity, harder = () => 0 }: Stream,
  alarms: Detector,
): Generator<number, undefined> {
  const random = seededRandom(seed)
  const offset = 0.1 * gaussian(random)
  for (let at = 0; at < ratings; at++) {
    const predicted = within(0.7 - harder(at) + 0.15 * gaussian(random))
    const [before, since] = [within(predicted + offset), within(predicted + offset - fall)]
    const good = random() < (at < fallsAt ? before : since) ? 1 : 0
    if (alarms(good, predicted, before, since)) yield at
  }
}

function within(quality: number): number {
  return Math.min(0.97, Math.max(0.03, quality))
}

function found({ median, p95, within_300, missed, before }: ReturnType<typeof foundAfter>): string {
  return `found after ${median} ratings (median), 95 % after ${p95}; ${percent(within_300)} within 300, ${percent(missed)} not within ${LOOKED_FOR.toLocaleString('en')}; ${percent(before)} of the streams had an alarm before it`
}

function told({ ratings, alarms, per_10_000 }: ReturnType<typeof falseAlarms>): string {
  return `${alarms} alarms in ${ratings.toLocaleString('en')} ratings, ${per_10_000.toFixed(2)} in 10,000`
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`
}
