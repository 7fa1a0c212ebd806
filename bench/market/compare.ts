import { POLICIES } from '../../src/decide/policies.ts'
import type { Policy, PolicyName } from '../../src/decide/policy.ts'
import { bootstrapMean, drawResamples, type Interval } from '../../src/learn/evaluate/bootstrap.ts'
import { seededRandom } from '../../src/simulate/seeded-random.ts'
import { type Day, playDay } from './play.ts'
import { RULES, type RuleName } from './rules.ts'
import { drawWorld } from './world.ts'

/** The same days under every rule. */
export interface Comparison {
  readonly policy: PolicyName
  readonly seeds: number
  readonly calls: number
  /** Means over the days. */
  readonly rules: Readonly<Record<RuleName, Figures>>
  /** Ours minus the other, paired by day. */
  readonly oursMinus: Readonly<Record<'OpenRouter' | 'rotation', Record<keyof Figures, Interval>>>
}

/** What a day comes to. */
export interface Figures {
  /** What was paid, USD per 1,000 answers. */
  readonly cost: number
  /** 95th percentile of the time to the last byte, or to the end of a failed call, s. */
  readonly latencyP95: number
  /** Calls without a whole answer, per 1,000 calls. */
  readonly failures: number
  /** Attempts refused with 429, per 1,000 calls. */
  readonly refusals: number
  /** Cost and waiting at the policy's rate, USD per 1,000 answers, above the oracle's on the same day. */
  readonly regret: number
}

const RESAMPLES = 2000

/**
 * Plays the days of the seeds 1 … `seeds` under every rule. Intervals: percentile bootstrap over the days (Efron 1979),
 * 2,000 resamples, of the differences on the same day.
 *
 * @param calls expected number of calls in a day.
 * @param tell called before each day with its number and the rule.
 */
export function compare(
  seeds: number,
  calls: number,
  policy: PolicyName,
  tell: (seed: number, rule: RuleName) => void = () => {},
): Comparison {
  const days = Array.from({ length: seeds }, (_, i) => {
    const world = drawWorld(i + 1, calls)
    const played = forEachRule((name) => {
      tell(i + 1, name)
      return playDay(world, name, POLICIES[policy])
    })
    return forEachRule((name) => figuresOf(played[name], played.oracle, POLICIES[policy]))
  })
  const resamples = drawResamples(seeds, RESAMPLES, seededRandom('days'))
  const against = (other: RuleName) =>
    forEachFigure((of) =>
      bootstrapMean(
        days.map((day) => day.ours[of] - day[other][of]),
        resamples,
      ),
    )
  const meansOf = (name: RuleName) =>
    forEachFigure((of) => days.reduce((sum, day) => sum + day[name][of], 0) / seeds)
  return {
    policy,
    seeds,
    calls,
    rules: forEachRule(meansOf),
    oursMinus: { OpenRouter: against('OpenRouter'), rotation: against('rotation') },
  }
}

function forEachRule<T>(valueFor: (name: RuleName) => T): Record<RuleName, T> {
  const names = Object.keys(RULES) as RuleName[]
  return Object.fromEntries(names.map((name) => [name, valueFor(name)])) as Record<RuleName, T>
}

function forEachFigure<T>(valueFor: (of: keyof Figures) => T): Record<keyof Figures, T> {
  return Object.fromEntries(FIGURES.map((of) => [of, valueFor(of)])) as Record<keyof Figures, T>
}

const FIGURES = ['cost', 'latencyP95', 'failures', 'refusals', 'regret'] as const

function figuresOf(day: Day, oracle: Day, { weights }: Policy): Figures {
  const spent = ({ costUsd, waitedS, answers }: Day) =>
    (1000 * (weights.costUsd * costUsd + weights.latencySeconds * waitedS)) / answers
  return {
    cost: (1000 * day.costUsd) / day.answers,
    latencyP95: day.latencyP95Ms / 1000,
    failures: (1000 * day.failures) / day.calls,
    refusals: (1000 * day.refusals) / day.calls,
    regret: spent(day) - spent(oracle),
  }
}
