import { formatUsd, parseUsd } from '../../money.ts'

/** A JSON object that a host sent. */
export type Report = Readonly<Record<string, unknown>>

export function isReport(value: unknown): value is Report {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A member that is an object; an empty one where it is not. */
export function within(report: Report, member: string): Report {
  const value = report[member]
  return isReport(value) ? value : {}
}

/** More tokens than this in one call are no count but nonsense: a mean of speeds would never recover from it. */
const MOST = 1_000_000_000

/** A number of tokens or of other things; undefined for anything that cannot be one. */
export function count(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0 && value <= MOST ? Math.round(value) : undefined
}

/** The members that are there and not zero, for the optional ones of `Usage`. */
export function found<T extends Record<string, number | string | undefined>>(members: T) {
  const kept: { [K in keyof T]?: NonNullable<T[K]> } = {}
  for (const name in members) {
    const value = members[name]
    if (value !== undefined && value !== 0) kept[name] = value as NonNullable<T[typeof name]>
  }
  return kept
}

/** More than this in one call is no cost but nonsense. */
const MOST_USD = 1_000_000

/** An amount of USD that a host reports as a number, as an exact decimal; what is finer than 1e-15 USD is rounded. */
export function amountOf(usd: unknown): string | undefined {
  if (typeof usd !== 'number' || !(usd >= 0 && usd <= MOST_USD)) return undefined
  return formatUsd(parseUsd(usd.toFixed(15)))
}

/** xAI's `cost_in_usd_ticks`, of 1e-10 USD each. */
export function ticksOf(ticks: unknown): string | undefined {
  if (typeof ticks !== 'number' || !Number.isSafeInteger(ticks) || ticks < 0) return undefined
  return formatUsd(BigInt(ticks) * FEMTODOLLARS_A_TICK)
}

const FEMTODOLLARS_A_TICK = 100_000n
