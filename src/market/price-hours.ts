import type { PriceHours } from './offer.ts'

/**
 * Times of day at which hosts charge otherwise, by the host's slug: models.dev has one price per model and no hours.
 * DeepSeek charges twice the price of models.dev, its off-peak one, on weekdays from 01:00 to 04:00 and from 06:00 to
 * 10:00 UTC since 2026-08-16 (https://api-docs.deepseek.com/quick_start/pricing, read in November 2026); Chinese public
 * holidays, which it leaves out, are not known here and count as weekdays.
 */
export const DOCUMENTED_HOURS: ReadonlyMap<string, readonly PriceHours[]> = new Map([
  [
    'deepseek',
    [
      { from: '01:00', to: '04:00', weekdays: true, share: '2' },
      { from: '06:00', to: '10:00', weekdays: true, share: '2' },
    ],
  ],
])

const MINUTES_A_DAY = 1440
const DAY_MS = 86_400_000

/** The share of its usual price that a host charges at this time (epoch ms), as a decimal; of hours that overlap the first counts. */
export function shareAt(hours: readonly PriceHours[], at: number): string {
  const minute = Math.floor(at / 60_000) % MINUTES_A_DAY
  // 1970-01-01 was a Thursday.
  const day = (Math.floor(at / DAY_MS) + 4) % 7
  const isWeekday = day >= 1 && day <= 5
  const now = hours.find((one) => (one.weekdays !== true || isWeekday) && isWithin(one, minute))
  return now?.share ?? '1'
}

/** From `from` until before `to`; over midnight where that is the earlier time. */
function isWithin({ from, to }: PriceHours, minute: number): boolean {
  const start = minutes(from)
  const end = minutes(to)
  return start <= end ? minute >= start && minute < end : minute >= start || minute < end
}

function minutes(clock: string): number {
  return Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3))
}
