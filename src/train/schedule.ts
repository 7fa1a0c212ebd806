import { ageMs, DAY_MS } from '../config/age.ts'

/** When training is wanted. */
export interface Timetable {
  /** `24h` */
  readonly every: string
  /** Time of day, UTC, `03:30`; `every` is then a number of days. */
  readonly at?: string | undefined
}

/**
 * When the next training is due, epoch ms; in the past when one was missed, which is then made up for.
 *
 * @param last when the last one began; undefined: never, so the first is due now, or at its time of day
 */
export function nextTraining({ every, at }: Timetable, last: number | undefined, now: number): number {
  const period = ageMs(every)
  if (at === undefined) return last === undefined ? now : last + period
  const [hours, minutes] = at.split(':').map(Number) as [number, number]
  const ofDay = (hours * 60 + minutes) * 60_000
  /** Half a day early is the same day's turn: a training that began late does not push the next one on. */
  const earliest = last === undefined ? now : last + period - DAY_MS / 2
  const day = Math.floor(earliest / DAY_MS) * DAY_MS
  return day + ofDay >= earliest ? day + ofDay : day + DAY_MS + ofDay
}
