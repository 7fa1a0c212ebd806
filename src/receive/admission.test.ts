import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import type { ServerResponse } from 'node:http'
import { afterEach, beforeEach, test } from 'node:test'
import fc from 'fast-check'
import { MeritorderError } from '../errors.ts'
import { Admission, type Place } from './admission.ts'
import type { Caller } from './call.ts'

/** As much of a reply as admission looks at. */
const newReply = () => new EventEmitter() as ServerResponse

const WIDE = { max_calls: 4, max_waiting: 4, max_wait_ms: 60_000, max_held_bytes: 1_000 }
let limits = WIDE
let isShared = true
let isTight = false
let now = 0
let told = 0
let opened: Admission[] = []
const open = () => {
  const admission = new Admission({
    limits: () => limits,
    isShared: () => isShared,
    isTight: () => isTight,
    now: () => now,
    time: () => 0,
    tell: () => told++,
  })
  opened.push(admission)
  return admission
}

beforeEach(() => {
  limits = WIDE
  isShared = true
  isTight = false
  now = 0
  told = 0
})

// Whoever still waits would keep the process for as long as he may.
afterEach(() => {
  for (const admission of opened) admission.close()
  opened = []
})

/** A call and what has become of it. */
interface Guest {
  readonly caller: string
  readonly reply: ServerResponse
  state: 'waiting' | 'inside' | MeritorderError
  place?: Place
  /** Settles when it is no longer waiting. */
  settled: Promise<unknown>
}

function come(admission: Admission, caller: string | Caller, bytes = 0): Guest {
  const whole = typeof caller === 'string' ? { name: caller } : caller
  const guest: Guest = {
    caller: whole.name,
    reply: newReply(),
    state: 'waiting',
    settled: Promise.resolve(),
  }
  const inside = (place: Place) => {
    guest.state = 'inside'
    guest.place = place
  }
  const away = (error: unknown) => {
    assert.ok(error instanceof MeritorderError)
    guest.state = error
  }
  try {
    const entered = admission.enter(whole, bytes, guest.reply)
    if (entered instanceof Promise) guest.settled = entered.then(inside, away)
    else inside(entered)
  } catch (error) {
    away(error)
  }
  return guest
}

const leave = ({ reply }: Guest) => reply.emit('close')
const codeOf = ({ state }: Guest) => (state instanceof MeritorderError ? state.code : state)
const settle = () => new Promise((resolve) => setImmediate(resolve))

test('one key of several fills three quarters and no more, and another comes in at once', () => {
  limits = { ...WIDE, max_calls: 8 }
  const admission = open()
  const flood = Array.from({ length: 10 }, () => come(admission, 'flood'))
  assert.equal(flood.filter(({ state }) => state === 'inside').length, 6)
  assert.equal(come(admission, 'quiet').state, 'inside')
})

test('one key alone may have everything', () => {
  isShared = false
  const admission = open()
  for (let i = 0; i < 4; i++) assert.equal(come(admission, 'local').state, 'inside')
  assert.equal(come(admission, 'local').state, 'waiting')
})

test('keys that wait take turns, whoever came first', async () => {
  limits = { ...WIDE, max_calls: 1, max_waiting: 10 }
  const admission = open()
  const first = come(admission, 'flood')
  const flood = Array.from({ length: 4 }, () => come(admission, 'flood'))
  const [quiet, other] = [come(admission, 'quiet'), come(admission, 'other')]
  const order: string[] = []
  const all = [...flood, quiet, other]
  for (let last = first; order.length < all.length; ) {
    leave(last)
    await settle()
    last = all.find(({ state, reply }) => state === 'inside' && reply.listenerCount('close') > 0)!
    order.push(last.caller)
  }
  assert.deepEqual(order, ['flood', 'quiet', 'other', 'flood', 'flood', 'flood'])
})

test('a full queue sends the next one away, but for one of another key the newest of the longest line', async () => {
  limits = { ...WIDE, max_calls: 1, max_waiting: 3 }
  const admission = open()
  come(admission, 'flood')
  const waiting = Array.from({ length: 3 }, () => come(admission, 'flood'))
  assert.equal(codeOf(come(admission, 'flood')), 'provider_overloaded')
  const quiet = come(admission, 'quiet')
  await settle()
  assert.deepEqual(waiting.map(codeOf), ['waiting', 'waiting', 'provider_overloaded'])
  assert.equal(quiet.state, 'waiting')
  assert.equal(admission.stats.waiting, 3)
})

test('whoever waits too long is told so, and when to come again', async () => {
  limits = { ...WIDE, max_calls: 1, max_wait_ms: 5 }
  const admission = open()
  come(admission, 'a')
  const late = come(admission, 'a')
  await late.settled
  assert.equal(codeOf(late), 'provider_overloaded')
  assert.ok(late.state instanceof MeritorderError)
  assert.deepEqual([late.state.status, late.state.detail.retryAfterSeconds], [503, 1])
  assert.equal(admission.stats.waiting, 0)
})

test('the wait that is told grows with those ahead and with what calls have taken', () => {
  limits = { ...WIDE, max_calls: 1, max_waiting: 9 }
  const admission = open()
  for (let calls = 0; calls < 100; calls++) {
    const guest = come(admission, 'a')
    now += 1_000
    leave(guest)
  }
  for (let i = 0; i < 10; i++) come(admission, 'a')
  const { state } = come(admission, 'a')
  assert.ok(state instanceof MeritorderError)
  assert.equal(state.detail.retryAfterSeconds, 10)
})

test('a key’s own limit makes its calls wait, and what is too late then is its own doing', async () => {
  limits = { ...WIDE, max_wait_ms: 5 }
  const admission = open()
  const small = { name: 'small', max_calls: 1 }
  come(admission, small)
  const second = come(admission, small)
  assert.equal(come(admission, 'other').state, 'inside')
  await second.settled
  assert.equal(codeOf(second), 'rate_limit_exceeded')
  assert.equal(admission.stats.rate_limited, 1)
})

test('calls beyond a key’s number a minute are a 429 with OpenRouter’s headers', () => {
  const admission = open()
  const slow = { name: 'slow', calls_per_minute: 2 }
  leave(come(admission, slow))
  now = 20_000
  leave(come(admission, slow))
  const { state } = come(admission, slow)
  assert.ok(state instanceof MeritorderError)
  assert.equal(state.status, 429)
  assert.equal(state.detail.retryAfterSeconds, 40)
  assert.deepEqual(state.detail.headers, {
    'x-ratelimit-limit': '2',
    'x-ratelimit-remaining': '0',
    'x-ratelimit-reset': '40000',
  })
  now = 60_000
  assert.equal(come(admission, slow).state, 'inside')
})

test('bodies find room or wait; one that grows beyond it is sent away', async () => {
  const admission = open()
  const first = come(admission, 'a', 700)
  const second = come(admission, 'b', 700)
  assert.equal(second.state, 'waiting')
  const growing = come(admission, 'c', 0)
  growing.place?.hold(300)
  assert.throws(() => growing.place?.hold(301), { code: 'provider_overloaded' })
  leave(first)
  await settle()
  assert.equal(second.state, 'inside')
  assert.equal(admission.stats.held_bytes, 1_000)
})

test('while memory is short nobody new comes in, which is told once in ten seconds', () => {
  isTight = true
  const admission = open()
  assert.equal(codeOf(come(admission, 'a')), 'provider_overloaded')
  come(admission, 'a')
  assert.equal(told, 1)
  now = 10_000
  come(admission, 'a')
  assert.equal(told, 2)
})

test('at the end those who wait are sent away, and whoever comes', async () => {
  limits = { ...WIDE, max_calls: 1 }
  const admission = open()
  const inside = come(admission, 'a')
  const waiting = come(admission, 'a')
  admission.close()
  await settle()
  assert.deepEqual(
    [codeOf(waiting), codeOf(come(admission, 'a'))],
    ['provider_overloaded', 'provider_overloaded'],
  )
  assert.equal(inside.state, 'inside')
})

test('whatever comes and goes: the limits hold, nobody is lost, and an empty gateway holds nothing', async () => {
  const event = fc.record({
    caller: fc.constantFrom('a', 'b', 'c'),
    bytes: fc.nat(600),
    leaves: fc.option(fc.nat(20)),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(event, { maxLength: 60 }), async (events) => {
      const admission = open()
      const guests: Guest[] = []
      const gone = new Set<Guest>()
      for (const { caller, bytes, leaves } of events) {
        const leaver = leaves === null ? undefined : guests[leaves % Math.max(guests.length, 1)]
        if (leaver !== undefined && !gone.has(leaver)) {
          gone.add(leaver)
          leave(leaver)
        }
        guests.push(come(admission, caller, bytes))
        await settle()
        const inside = guests.filter((guest) => guest.state === 'inside' && !gone.has(guest))
        const { running, waiting, held_bytes } = admission.stats
        assert.equal(running, inside.length)
        assert.equal(waiting, guests.filter(({ state }) => state === 'waiting').length)
        assert.ok(running <= limits.max_calls && waiting <= limits.max_waiting)
        assert.ok(held_bytes <= limits.max_held_bytes)
      }
      for (let round = 0; round < guests.length; round++) {
        for (const guest of guests)
          if (guest.state === 'inside' && !gone.has(guest)) {
            gone.add(guest)
            leave(guest)
          }
        await settle()
      }
      const { running, waiting, held_bytes } = admission.stats
      assert.deepEqual({ running, waiting, held_bytes }, { running: 0, waiting: 0, held_bytes: 0 })
      assert.ok(guests.every(({ state }) => state !== 'waiting'))
    }),
    { numRuns: 200 },
  )
})
