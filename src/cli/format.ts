/** Numbers as people read them. */

/** A cost in USD as a plain amount: `$12.40`, `$0.0021`; `free` for nothing, `?` when it is unknown. */
export function formatCost(usd: number | null | undefined): string {
  if (usd === null || usd === undefined || Number.isNaN(usd)) return '?'
  if (usd === 0) return 'free'
  return `$${usd >= 1 ? usd.toFixed(2) : significant(usd, 2)}`
}

/** A duration in ms as `840 ms`, `2.1 s` or `1.5 min`. */
export function formatDuration(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) return '?'
  if (ms < 1) return `${significant(ms, 2)} ms`
  if (ms < 999.5) return `${Math.round(ms)} ms`
  return ms < 90_000 ? `${(ms / 1_000).toFixed(1)} s` : `${(ms / 60_000).toFixed(1)} min`
}

/** A mass of CO₂e in grams as `12 mg`, `1.3 g` or `2.0 kg`. */
export function formatCarbon(grams: number | null | undefined): string {
  if (grams === null || grams === undefined) return '?'
  if (grams === 0) return '0 g'
  if (grams < 0.995) return `${significant(grams * 1_000, 2)} mg`
  return grams < 1_000 ? `${significant(grams, 2)} g` : `${significant(grams / 1_000, 2)} kg`
}

/** A number of tokens or bytes-like units as `128k` or `1.0M`. */
export function formatCount(count: number | null | undefined): string {
  if (count === null || count === undefined) return '?'
  if (count < 1_000) return String(count)
  if (count < 999_500) return `${Math.round(count / 1_000)}k`
  return `${(count / 1_000_000).toFixed(1)}M`
}

/** `1 model`, `2 models`. */
export function formatPlural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

/** A probability as `82 %`. */
export function formatShare(share: number): string {
  return `${Math.round(share * 100)} %`
}

/** A share as `97.25 %`, with as many decimals as it needs, at most two. */
export function formatPercent(share: number): string {
  return `${Number((share * 100).toFixed(2))} %`
}

/** A bar of `width` characters for a share of 0..1, in eighths of a character. */
export function bar(share: number, width: number): string {
  const eighths = Math.round(Math.min(1, Math.max(0, share)) * width * 8)
  const full = '█'.repeat(Math.floor(eighths / 8))
  const rest = eighths % 8 === 0 ? '' : '▏▎▍▌▋▊▉'[(eighths % 8) - 1]!
  return (full + rest).padEnd(width)
}

/** A number with that many significant digits, without an exponent. */
function significant(value: number, digits: number): string {
  const rounded = Number(value.toPrecision(digits))
  const decimals = digits - 1 - Math.floor(Math.log10(rounded))
  return rounded.toFixed(Math.min(20, Math.max(0, decimals)))
}
