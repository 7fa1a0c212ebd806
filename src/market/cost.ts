import { type Femtodollars, parseUsd } from '../money.ts'
import type { Price } from './offer.ts'
import { shareAt } from './price-hours.ts'
import { type Rates, ratesFor } from './rates.ts'
import type { Usage } from './usage.ts'

/** What a call has cost. `prompt` and `completion` are what their tokens cost; fees per call and per search come on top. */
export interface Bill {
  readonly total: Femtodollars
  readonly prompt: Femtodollars
  readonly completion: Femtodollars
}

/** Usage as far as it matters for a bill. */
export type BilledUsage = Partial<Usage> & Pick<Usage, 'promptTokens' | 'completionTokens'>

/**
 * What a call costs, exactly: Σ tokens × price per token, over plain prompt, cache reads, cache writes of minutes and of
 * an hour, answer, thoughts, audio and images on either side, and fees per call and search; times the share of the
 * hour. A prompt larger than a tier's `aboveTokens` puts the whole call into that tier. What the host itself says that
 * the call has cost counts instead, as the total. Counts that are no positive whole numbers are taken as 0 (fractions are
 * cut), and parts never exceed their whole: an upstream's odd report must not lose the record.
 *
 * @param at when the call came, epoch ms.
 * @returns undefined when the host states neither a price nor a cost.
 * @throws RangeError when a price is finer than 1e-15 USD (a checked catalog has none).
 */
export function billOf(price: Price | undefined, usage: BilledUsage, at: number): Bill | undefined {
  const { reportedUsd } = usage
  const computed = price === undefined ? undefined : computedBill(price, usage, at)
  if (reportedUsd === undefined) return computed
  return { ...(computed ?? NOTHING), total: parseUsd(reportedUsd) }
}

const NOTHING = { prompt: 0n, completion: 0n }

/** What a call is likely to cost, USD, for decisions: uncached prompt and plain answer, in floating point. */
export function estimatedCostUsd(price: Price, promptTokens: number, completionTokens: number): number {
  const { promptUsd, completionUsd } = ratesFor(price, promptTokens)
  return promptTokens * promptUsd + completionTokens * completionUsd
}

function computedBill(price: Price, usage: BilledUsage, at: number): Bill {
  const rates = ratesFor(price, usage.promptTokens)
  const share = price.hours === undefined ? '1' : shareAt(price.hours, at)
  const prompt = shared(promptCost(rates, usage), share)
  const completion = shared(completionCost(rates, usage), share)
  const fees = shared(
    count(usage.searchUnits ?? 1) * rates.request + count(usage.webSearches) * rates.webSearch,
    share,
  )
  return { total: prompt + completion + fees, prompt, completion }
}

function promptCost(rates: Rates, usage: BilledUsage): Femtodollars {
  if (usage.billed !== undefined) return count(usage.billed.promptTokens) * rates.prompt
  const all = count(usage.promptTokens)
  const read = atMost(count(usage.cacheReadTokens), all)
  const written = atMost(count(usage.cacheWriteTokens), all - read)
  const hour = atMost(count(usage.cacheWrite1hTokens), written)
  const audioRead = atMost(count(usage.audioCacheReadTokens), read)
  const fresh = all - read - written
  const audio = atMost(atLeastNone(count(usage.audioInputTokens) - audioRead), fresh)
  const images = atMost(count(usage.imageInputTokens), fresh - audio)
  return (
    (fresh - audio - images) * rates.prompt +
    (read - audioRead) * rates.cacheRead +
    audioRead * rates.audioCacheRead +
    (written - hour) * rates.cacheWrite +
    hour * rates.cacheWrite1h +
    audio * rates.audioInput +
    images * rates.imageInput
  )
}

function completionCost(rates: Rates, usage: BilledUsage): Femtodollars {
  if (usage.billed !== undefined) return count(usage.billed.completionTokens) * rates.completion
  const all = count(usage.completionTokens)
  const thoughts = atMost(count(usage.reasoningTokens), all)
  const audio = atMost(count(usage.audioOutputTokens), all - thoughts)
  const images = atMost(count(usage.imageOutputTokens), all - thoughts - audio)
  return (
    (all - thoughts - audio - images) * rates.completion +
    thoughts * rates.reasoning +
    audio * rates.audioOutput +
    images * rates.imageOutput
  )
}

/** Shares have four decimals; what is finer than 1e-15 USD is rounded half up. */
function shared(amount: Femtodollars, share: string): Femtodollars {
  if (share === '1') return amount
  return (amount * BigInt(Math.round(Number(share) * 10_000)) + 5_000n) / 10_000n
}

function count(tokens: number | undefined): bigint {
  return tokens === undefined || !Number.isFinite(tokens) || tokens < 1 ? 0n : BigInt(Math.floor(tokens))
}

function atMost(tokens: bigint, limit: bigint): bigint {
  return tokens < limit ? tokens : limit
}

function atLeastNone(tokens: bigint): bigint {
  return tokens > 0n ? tokens : 0n
}
