const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 }

export const DAY_MS = 86_400_000

/** An age or a period such as 30m, 12h or 7d as milliseconds; NaN for anything else. */
export function ageMs(text: string): number {
  const [, count, unit] = /^(\d{1,6})([mhd])$/.exec(text) ?? []
  return count === undefined || unit === undefined ? Number.NaN : Number(count) * UNITS[unit]!
}
