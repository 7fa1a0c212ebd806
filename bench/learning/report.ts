import { bootstrapMean, drawResamples, type Interval } from '../../src/learn/evaluate/bootstrap.ts'
import { seededRandom } from '../../src/learn/random.ts'
import type { Level } from './baselines.ts'
import type { SeedResult } from './run-seed.ts'

/** The means of all seeds; quality 0..1, USD per 1,000 calls. */
export interface Report {
  readonly data: string
  readonly seeds: number
  readonly prompts: number
  readonly models: number
  readonly explore: number
  readonly levels: SeedResult['levels']
  readonly milestones: readonly {
    readonly calls: number
    readonly heldOut: Level
    readonly traffic: Level
    /** Of held-out quality over the best single model's, with its 95 % interval over prompts. */
    readonly gain: Interval
    /** The same of the callers' last 1,000 answers, on average. */
    readonly trafficGain: number
  }[]
  readonly offlineGain: Interval
  /** Calls after which held-out quality is at least the best single model's, from then on; null if never. */
  readonly passesBestSingleAfter: number | null
  /** Share of the offline router's gain over the best single model, at the end. */
  readonly shareOfOfflineGain: number
}

const RESAMPLES = 1000

/** @param seeds each scored on another fifth of the prompts where there are five */
export function reportOf(
  about: Pick<Report, 'data' | 'prompts' | 'models' | 'explore'>,
  seeds: readonly SeedResult[],
): Report {
  const intervalOf = (gains: readonly (readonly number[])[]) => {
    const all = gains.flat()
    return bootstrapMean(all, drawResamples(all.length, RESAMPLES, seededRandom(1)))
  }
  const milestones = seeds[0]!.milestones.map(({ calls }, k) => {
    const its = seeds.map((seed) => seed.milestones[k]!)
    return {
      calls,
      heldOut: meanLevel(its.map(({ heldOut }) => heldOut)),
      traffic: meanLevel(its.map(({ traffic }) => traffic)),
      gain: intervalOf(its.map(({ gains }) => gains)),
      trafficGain: mean(its.map(({ traffic, trafficBest }) => traffic.quality - trafficBest.quality)),
    }
  })
  const names = ['best', 'cheapest', 'random', 'oracle', 'offline', 'start'] as const
  const levels = Object.fromEntries(
    names.map((name) => [name, meanLevel(seeds.map((seed) => seed.levels[name]))]),
  ) as SeedResult['levels']
  const offlineGain = intervalOf(seeds.map((seed) => seed.offlineGains))
  const last = milestones.findLastIndex(({ gain }) => gain.mean < 0)
  return {
    ...about,
    seeds: seeds.length,
    levels,
    milestones,
    offlineGain,
    passesBestSingleAfter: milestones[last + 1]?.calls ?? null,
    shareOfOfflineGain: milestones.at(-1)!.gain.mean / offlineGain.mean,
  }
}

export function textOf(report: Report): string {
  const { levels, milestones, offlineGain, passesBestSingleAfter, shareOfOfflineGain } = report
  const points = (gain: number) => `${gain < 0 ? '−' : '+'}${Math.abs(100 * gain).toFixed(2)}`
  const interval = ({ mean, low, high }: Interval) => `${points(mean)} [${points(low)}, ${points(high)}]`
  const level = (name: string, { quality, costUsd }: Level) =>
    `  ${name.padEnd(44)}${(100 * quality).toFixed(1)} %   $${costUsd.toFixed(3)}`
  const shown = milestones.filter(({ calls }) => [1, 2, 3, 5, 10, 15, 20].includes(calls / 1000))
  return [
    `${report.data}: ${report.prompts} prompts, ${report.models} models, ${report.seeds} seeds, exploring ${100 * report.explore} % of calls`,
    'on prompts held out, quality and USD per 1,000 calls:',
    level('oracle', levels.oracle),
    level('offline router, all outcomes', levels.offline),
    level('best single model', levels.best),
    level('what is shipped, without a rating', levels.start),
    level('cheapest model', levels.cheapest),
    level('random', levels.random),
    ...shown.map(({ calls, heldOut }) => level(`after ${calls.toLocaleString('en')} calls`, heldOut)),
    'points above the best single model [95 %]; of the last 1,000 callers:',
    ...shown.map(
      ({ calls, gain, trafficGain }) =>
        `  ${calls.toLocaleString('en').padStart(6)} calls   ${interval(gain).padEnd(26)}${points(trafficGain)}`,
    ),
    `  offline         ${interval(offlineGain)}`,
    passesBestSingleAfter === null
      ? 'It does not pass the best single model.'
      : `It passes the best single model after ${passesBestSingleAfter.toLocaleString('en')} calls.`,
    offlineGain.mean > 0 && shareOfOfflineGain > 0
      ? `At the end it has ${(100 * shareOfOfflineGain).toFixed(0)} % of the offline router's gain.`
      : 'At the end it has nothing of what the offline router may gain.',
  ].join('\n')
}

function meanLevel(levels: readonly Level[]): Level {
  return {
    quality: mean(levels.map(({ quality }) => quality)),
    costUsd: mean(levels.map(({ costUsd }) => costUsd)),
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
