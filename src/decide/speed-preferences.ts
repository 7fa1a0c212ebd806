import type { EndpointHealth } from '../market/offer.ts'
import type { Ask } from './ask.ts'
import type { CandidateTable } from './candidate-table.ts'
import type { Percentiles, SpeedPreferences } from './policy.ts'
import { firstByteMs, msPerToken } from './predict.ts'
import type { Ranked } from './ranking.ts'

/**
 * The rows with those that miss a preferred speed, or take no call now, moved behind the others; the order is kept otherwise.
 *
 * The median is the expected speed. Further percentiles are those of the log-normal distribution with the measured mean
 * and variance; nobody knows them of an endpoint that was hardly tried, which then misses them.
 */
export function preferFast(
  rows: readonly Ranked[],
  preferences: SpeedPreferences | undefined,
  table: CandidateTable,
  ask: Ask,
): readonly Ranked[] {
  if (preferences === undefined) return rows
  const { minThroughput = {}, maxFirstByteMs = {} } = preferences
  const isFast = ({ endpoint: e, isOpen }: Ranked): boolean => {
    const health = table.health(table.endpoints[e]!.id)
    const first = firstByteMs(table, e, ask.promptTokens, health)
    const speed = 1000 / msPerToken(table, e, health)
    return (
      isOpen &&
      holds(maxFirstByteMs, (z) => quantile(first, health.firstByteVariance, z, health), isAtMost) &&
      holds(minThroughput, (z) => quantile(speed, health.tokensPerSecondVariance, -z, health), isAtLeast)
    )
  }
  const fast = new Set(rows.filter(isFast))
  return [...fast, ...rows.filter((row) => !fast.has(row))]
}

/** Quantiles of the standard normal distribution. */
const Z = { p50: 0, p75: 0.6745, p90: 1.2816, p99: 2.3263 } as const

const isAtMost = (value: number, bound: number) => value <= bound
const isAtLeast = (value: number, bound: number) => value >= bound

function holds(
  bounds: Percentiles,
  quantileAt: (z: number) => number | undefined,
  keeps: (value: number, bound: number) => boolean,
): boolean {
  return Object.entries(bounds).every(([percentile, bound]) => {
    const value = quantileAt(Z[percentile as keyof typeof Z])
    return value !== undefined && keeps(value, bound)
  })
}

/** Fewer attempts say nothing about how far single calls lie from the mean. */
const ENOUGH_ATTEMPTS = 4

/** exp(μ + zσ) with σ² = ln(1 + v/m²) and μ = ln m − σ²/2; the expected value itself where nothing was measured. */
function quantile(mean: number, variance: number | undefined, z: number, { attempts }: EndpointHealth) {
  if (variance === undefined || attempts < ENOUGH_ATTEMPTS) return z === 0 ? mean : undefined
  const squared = Math.log1p(variance / mean ** 2)
  return mean * Math.exp(z * Math.sqrt(squared) - squared / 2)
}
