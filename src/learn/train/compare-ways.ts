import { bootstrapRatio, drawResamples, type Interval } from '../evaluate/bootstrap.ts'
import { lackOfEvidence } from '../replay/conclusion.ts'
import { estimateReplay, type ReplayedCall, robustValues } from '../replay/estimate.ts'

/** The predictor on trial, what is in force, and what both must beat: one model for everything. */
export const WAYS = ['challenger', 'champion', 'best_single', 'cheapest_in_band'] as const

export type Way = (typeof WAYS)[number]
export type ByWay<T> = Readonly<Record<Way, T>>

/** A prompt of a file of outcomes: what each way's choice brought. NaN where it is not known. */
export interface AnsweredPrompt {
  /** Prompts of the same key count as one. */
  readonly key: string
  readonly quality: ByWay<number>
  readonly costUsd: ByWay<number>
}

/** A recorded and rated call, beside what each way would have chosen. */
export interface TriedCall {
  readonly key: string
  readonly quality: ByWay<ReplayedCall>
  /** Absent where a cost is not known. */
  readonly costUsd?: ByWay<ReplayedCall>
}

/** How the ways did on prompts that neither the challenger nor the champion has learned from. */
export interface HeldOut {
  /** Different prompts that they were judged on, of files and of the ledger. */
  readonly prompts: number
  readonly answered: number
  readonly calls: number
  readonly ways: ByWay<{ readonly quality: Interval; readonly costUsd: Interval | undefined }>
  /** Challenger less champion, paired. */
  readonly quality: Interval
  /** The challenger's mean cost by the champion's; undefined where no cost is known. */
  readonly costShare: Interval | undefined
}

/** A comparison, and what it could not rest on. */
export interface Comparison {
  /** Undefined when there was nothing to compare on. */
  readonly heldOut: HeldOut | undefined
  /** Why there was nothing at all. */
  readonly nothing?: string
  /** Why recorded calls were not counted; absent where they were, and where there was none. */
  readonly withoutCalls?: string
}

/** Prompts are drawn one by one up to so many, in so many groups beyond: a resample of each takes memory. */
const MOST_GROUPS = 2_000

/**
 * Compares ways of choosing models on the same held-out prompts. What a choice brought is known for a prompt with
 * outcomes of several models; for a recorded call, which tried one, it is estimated (`robustValues`), and only where the
 * record allows that for challenger and champion alike. Intervals: percentile bootstrap over different prompts, paired.
 */
export function compareWays(
  answered: readonly AnsweredPrompt[],
  tried: readonly TriedCall[],
  random: () => number,
  resampleCount: number,
): Comparison {
  const withoutCalls = whyNot(tried)
  const calls = withoutCalls === undefined ? tried : []
  const heldOut =
    answered.length + calls.length === 0 ? undefined : compare(answered, calls, random, resampleCount)
  return { heldOut, ...(withoutCalls !== undefined && { withoutCalls }) }
}

function compare(
  answered: readonly AnsweredPrompt[],
  calls: readonly TriedCall[],
  random: () => number,
  resampleCount: number,
): HeldOut {
  const groups = groupsOf([...answered, ...calls].map(({ key }) => key))
  const resamples = drawResamples(groups.count, resampleCount, random)
  const qualityOf = (way: Way) => [
    ...answered.map(({ quality }) => quality[way]),
    ...estimated(calls.map(({ quality }) => quality[way])),
  ]
  const quality = byWay(qualityOf)
  const costUsd = byWay((way) => [
    ...answered.map((one) => one.costUsd[way]),
    ...estimated(calls.map((one) => one.costUsd?.[way])),
  ])
  const meanOf = (values: readonly number[]) => {
    const { sums, counts } = groups.add(values)
    return bootstrapRatio(sums, counts, resamples)
  }
  const isPriced = (i: number) => !Number.isNaN(costUsd.challenger[i]! + costUsd.champion[i]!)
  const priced = (values: readonly number[]) => values.map((value, i) => (isPriced(i) ? value : Number.NaN))
  const known = costUsd.challenger.some((_, i) => isPriced(i))
  return {
    prompts: groups.keys,
    answered: answered.length,
    calls: calls.length,
    ways: byWay((way) => ({
      quality: meanOf(quality[way]),
      costUsd: costUsd[way].every(Number.isNaN) ? undefined : meanOf(costUsd[way]),
    })),
    quality: meanOf(quality.challenger.map((value, i) => value - quality.champion[i]!)),
    costShare: known
      ? bootstrapRatio(
          groups.add(priced(costUsd.challenger)).sums,
          groups.add(priced(costUsd.champion)).sums,
          resamples,
        )
      : undefined,
  }
}

/** Makes a value for each way. */
export function byWay<T>(of: (way: Way) => T): ByWay<T> {
  return Object.fromEntries(WAYS.map((way) => [way, of(way)])) as Record<Way, T>
}

const WHO = { challenger: 'For the new one', champion: 'For what is in force' } as const

/** Both must be within what the record can tell; else one would be judged by outcomes and the other by opinion. */
function whyNot(calls: readonly TriedCall[]): string | undefined {
  if (calls.length === 0) return undefined
  for (const way of ['challenger', 'champion'] as const) {
    const lack = lackOfEvidence(estimateReplay(calls.map(({ quality }) => quality[way])), 'quality')
    if (lack !== undefined) return `${WHO[way]}: ${lack}`
  }
  return undefined
}

/** The robust value of every call that there is one of, NaN for the others. */
function estimated(calls: readonly (ReplayedCall | undefined)[]): readonly number[] {
  const there = calls.filter((call) => call !== undefined)
  if (there.length === 0) return calls.map(() => Number.NaN)
  const values = robustValues(there)
  let next = 0
  return calls.map((call) => (call === undefined ? Number.NaN : values[next++]!))
}

interface Groups {
  readonly keys: number
  readonly count: number
  /** The sum of the known values of each group, and how many there are. */
  add(values: readonly number[]): { readonly sums: Float64Array; readonly counts: Float64Array }
}

function groupsOf(keys: readonly string[]): Groups {
  const numbers = new Map<string, number>()
  for (const key of keys) if (!numbers.has(key)) numbers.set(key, numbers.size)
  const count = Math.min(numbers.size, MOST_GROUPS)
  const groupOf = keys.map((key) => numbers.get(key)! % count)
  return {
    keys: numbers.size,
    count,
    add(values) {
      const sums = new Float64Array(count)
      const counts = new Float64Array(count)
      for (const [i, value] of values.entries()) {
        if (Number.isNaN(value)) continue
        sums[groupOf[i]!]! += value
        counts[groupOf[i]!]!++
      }
      return { sums, counts }
    },
  }
}
