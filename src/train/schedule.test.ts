import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { DAY_MS } from '../config/age.ts'
import { nextTraining } from './schedule.ts'

const time = (text: string) => Date.parse(`2026-11-${text}:00Z`)
const next = (every: string, at: string | undefined, last: string | undefined, now: string) =>
  new Date(nextTraining({ every, at }, last === undefined ? undefined : time(last), time(now))).toISOString()

test('without a time of day the first is due at once, and the others a period after the last began', () => {
  assert.equal(next('24h', undefined, undefined, '26T10:00'), '2026-11-26T10:00:00.000Z')
  assert.equal(next('90m', undefined, '26T10:00', '26T10:01'), '2026-11-26T11:30:00.000Z')
  assert.equal(next('24h', undefined, '20T10:00', '26T10:00'), '2026-11-21T10:00:00.000Z', 'it is overdue')
})

test('with a time of day it is at that time, however late the last one was', () => {
  assert.equal(next('24h', '03:30', undefined, '26T10:00'), '2026-11-27T03:30:00.000Z')
  assert.equal(next('24h', '03:30', '26T03:30', '26T10:00'), '2026-11-27T03:30:00.000Z')
  assert.equal(next('24h', '03:30', '26T04:10', '26T10:00'), '2026-11-27T03:30:00.000Z')
  assert.equal(next('7d', '03:30', '20T03:30', '26T10:00'), '2026-11-27T03:30:00.000Z')
})

test('trainings that begin when they are due keep their period and their time of day', () => {
  const minutes = fc.integer({ min: 0, max: 1439 })
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 30 }),
      minutes,
      fc.integer({ min: 0, max: 1e6 }),
      (days, at, delay) => {
        const pad = (n: number) => String(n).padStart(2, '0')
        const timetable = { every: `${days}d`, at: `${pad(Math.floor(at / 60))}:${pad(at % 60)}` }
        const first = nextTraining(timetable, undefined, time('26T10:00'))
        assert.equal(first % DAY_MS, at * 60_000)
        assert.equal(nextTraining(timetable, first + delay, first + delay), first + days * DAY_MS)
      },
    ),
  )
})
