import type { ServerResponse } from 'node:http'
import type { AdmissionLimits } from '../config/admission-schema.ts'
import type { MeritorderError } from '../errors.ts'
import type { Caller } from './call.ts'
import { createMinuteWindow, type MinuteWindow } from './minute-window.ts'
import { left, overloaded, shortOfMemory, stopping, tooManyAtOnce, tooManyThisMinute } from './sent-away.ts'

interface AdmissionOptions {
  /** Those in force. */
  readonly limits: () => AdmissionLimits
  /** True where several keys share the gateway: none of them may fill it alone. */
  readonly isShared: () => boolean
  /** True while memory is short. */
  readonly isTight: () => boolean
  /** A monotonic clock, ms. */
  readonly now: () => number
  /** Epoch ms, for what callers are told. */
  readonly time: () => number
  /** Told, at most every ten seconds, that calls are sent away. */
  readonly tell: (stats: AdmissionStats) => void
}

/** Plain JSON; counts are since the start. */
interface AdmissionStats {
  readonly running: number
  readonly waiting: number
  readonly held_bytes: number
  readonly admitted: number
  /** Of those admitted, how many had to wait. */
  readonly waited: number
  /** Sent away because there was too much. */
  readonly overloaded: number
  /** Sent away because of their key's own limits. */
  readonly rate_limited: number
}

/** What a call that was let in holds. */
export interface Place {
  /** The body has grown to so many bytes. @throws MeritorderError `provider_overloaded` where there is no room for them */
  hold(bytes: number): void
}

/**
 * A key may hold up to so many times what is free. So one key alone leaves a quarter, two that flood a seventh, whatever they
 * do, and others come in at once. (Choudhury and Hahne, Dynamic queue length thresholds for shared-memory packet
 * switches, IEEE/ACM Transactions on Networking 6(2), 1998, with alpha = 3.)
 */
const SHARE = 3
const TELL_EVERY_MS = 10_000
/** What is told in `Retry-After`, seconds. */
const SOONEST = 1
const LATEST = 30
/** A call's duration weighs so much in the mean. */
const NEWEST = 1 / 16

/** One key's calls. */
interface Line {
  readonly name: string
  calls: number
  bytes: number
  maxCalls: number
  window: MinuteWindow | undefined
  readonly waiting: Waiting[]
}

interface Waiting {
  readonly bytes: number
  enter(): void
  refuse(error: MeritorderError): void
}

/**
 * Who may come in, and who waits or is sent away so that those inside are served. Bounds what is inside and what waits. Keys that
 * wait take turns, so that none is served less because another asks more; where the queue is full, the newest call of the
 * key with most of them makes room for that of another.
 */
export class Admission {
  readonly #options: AdmissionOptions
  readonly #lines = new Map<string, Line>()
  /** Lines in which somebody waits, in the order of their turns. */
  readonly #turns = new Map<string, Line>()
  #isOpen = true
  #running = 0
  #held = 0
  #queued = 0
  #meanMs = 0
  #toldAt = Number.NEGATIVE_INFINITY
  #admitted = 0
  #waited = 0
  #overloaded = 0
  #rateLimited = 0

  constructor(options: AdmissionOptions) {
    this.#options = options
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  get stats(): AdmissionStats {
    return {
      running: this.#running,
      waiting: this.#queued,
      held_bytes: this.#held,
      admitted: this.#admitted,
      waited: this.#waited,
      overloaded: this.#overloaded,
      rate_limited: this.#rateLimited,
    }
  }

  /**
   * Lets a call in: at once where there is room (no promise is made then), else when its turn comes. Its place is given back when
   * the reply closes.
   *
   * @param bytes of its body, as far as they are announced
   * @throws MeritorderError (or rejects with) `provider_overloaded` where there is neither room nor a place to wait, where
   *   waiting took too long, memory is short or the gateway stops; `rate_limit_exceeded` where the caller's own limits are met
   */
  enter(caller: Caller, bytes: number, reply: ServerResponse): Place | Promise<Place> {
    if (!this.#isOpen) throw stopping(SOONEST)
    if (this.#options.isTight()) throw this.#tooMuch(shortOfMemory)
    const line = this.#lineOf(caller)
    this.#countThisMinute(line)
    const canEnter = line.waiting.length === 0 && this.#fits(line, bytes)
    return canEnter ? this.#seat(line, bytes, reply) : this.#wait(line, bytes, reply)
  }

  /** Sends away all who wait, and whoever comes. */
  close(): void {
    this.#isOpen = false
    for (const line of this.#turns.values())
      for (const one of line.waiting.splice(0)) one.refuse(stopping(SOONEST))
    this.#turns.clear()
    this.#queued = 0
  }

  #lineOf({ name, max_calls: maxCalls = Infinity, calls_per_minute: most }: Caller): Line {
    let line = this.#lines.get(name)
    if (line === undefined) {
      line = { name, calls: 0, bytes: 0, maxCalls, window: undefined, waiting: [] }
      this.#lines.set(name, line)
    }
    line.maxCalls = maxCalls
    if (line.window?.most !== most) line.window = most === undefined ? undefined : createMinuteWindow(most)
    return line
  }

  #countThisMinute({ name, window }: Line): void {
    const now = this.#options.now()
    if (window === undefined || window.take(now)) return
    this.#rateLimited++
    throw tooManyThisMinute(name, window.most, window.waitMs(now), this.#options.time())
  }

  #fits(line: Line, bytes: number): boolean {
    const { max_calls, max_held_bytes } = this.#options.limits()
    if (this.#running >= max_calls || line.calls >= line.maxCalls) return false
    if (this.#held > 0 && this.#held + bytes > max_held_bytes) return false
    if (line.calls === 0 || !this.#options.isShared()) return true
    return (
      line.calls < SHARE * (max_calls - this.#running) &&
      line.bytes + bytes <= SHARE * (max_held_bytes - this.#held)
    )
  }

  #seat(line: Line, bytes: number, reply: ServerResponse): Place {
    const since = this.#options.now()
    let own = 0
    const add = (more: number) => {
      own += more
      this.#held += more
      line.bytes += more
    }
    this.#running++
    this.#admitted++
    line.calls++
    add(bytes)
    reply.once('close', () => {
      this.#running--
      line.calls--
      add(-own)
      this.#meanMs += (this.#options.now() - since - this.#meanMs) * NEWEST
      if (this.#queued > 0) this.#callIn()
      if (isForgettable(line)) this.#lines.delete(line.name)
    })
    return {
      hold: (size) => {
        if (size <= own) return
        const others = this.#held - own
        if (others > 0 && others + size > this.#options.limits().max_held_bytes)
          throw this.#tooMuch(overloaded)
        add(size - own)
      },
    }
  }

  /** Lets in as many of those who wait as there is room for, each line in its turn. */
  #callIn(): void {
    const { max_calls } = this.#options.limits()
    for (let blocked = 0; blocked < this.#turns.size && this.#running < max_calls; ) {
      const [line] = this.#turns.values()
      const [first] = line!.waiting
      this.#turns.delete(line!.name)
      if (this.#fits(line!, first!.bytes)) {
        blocked = 0
        line!.waiting.shift()
        this.#queued--
        this.#waited++
        first!.enter()
      } else blocked++
      if (line!.waiting.length > 0) this.#turns.set(line!.name, line!)
    }
  }

  #wait(line: Line, bytes: number, reply: ServerResponse): Promise<Place> {
    const { max_waiting, max_wait_ms } = this.#options.limits()
    if (max_wait_ms === 0 || (this.#queued >= max_waiting && !this.#makeRoom(line))) throw this.#noRoom(line)
    const { promise, resolve, reject } = Promise.withResolvers<Place>()
    const giveUp = (error: MeritorderError) => {
      this.#withdraw(line, one)
      one.refuse(error)
    }
    const onLeft = () => giveUp(left())
    const deadline = setTimeout(() => giveUp(this.#noRoom(line)), max_wait_ms)
    const settled = () => {
      clearTimeout(deadline)
      reply.off('close', onLeft)
    }
    const one: Waiting = {
      bytes,
      enter: () => {
        settled()
        resolve(this.#seat(line, bytes, reply))
      },
      refuse(error) {
        settled()
        reject(error)
      },
    }
    reply.once('close', onLeft)
    line.waiting.push(one)
    this.#queued++
    if (line.waiting.length === 1) this.#turns.set(line.name, line)
    return promise
  }

  #withdraw(line: Line, one: Waiting): void {
    line.waiting.splice(line.waiting.indexOf(one), 1)
    this.#queued--
    if (line.waiting.length === 0) this.#turns.delete(line.name)
    if (isForgettable(line)) this.#lines.delete(line.name)
  }

  /** Sends away the newest call of the longest line, for one of a line that stays shorter even with it. */
  #makeRoom(line: Line): boolean {
    let longest = line
    for (const other of this.#turns.values())
      if (other.waiting.length > longest.waiting.length) longest = other
    const newest = longest.waiting.at(-1)
    if (newest === undefined || longest.waiting.length <= line.waiting.length + 1) return false
    this.#withdraw(longest, newest)
    newest.refuse(this.#noRoom(longest))
    return true
  }

  /** Its key's own limit keeps a call out, or there is too much of all. */
  #noRoom(line: Line): MeritorderError {
    if (line.calls < line.maxCalls) return this.#tooMuch(overloaded)
    this.#rateLimited++
    return tooManyAtOnce(line.name, line.maxCalls, this.#retryAfter())
  }

  #tooMuch(words: (retryAfterSeconds: number) => MeritorderError): MeritorderError {
    this.#overloaded++
    const now = this.#options.now()
    if (now - this.#toldAt >= TELL_EVERY_MS) {
      this.#toldAt = now
      this.#options.tell(this.stats)
    }
    return words(this.#retryAfter())
  }

  /** Little's law: those ahead, at the pace at which calls end; seconds. */
  #retryAfter(): number {
    const ms = (this.#meanMs * (this.#queued + 1)) / this.#options.limits().max_calls
    return Math.min(Math.max(Math.ceil(ms / 1000), SOONEST), LATEST)
  }
}

/** Nothing is known of it that a new line would not know. */
function isForgettable({ calls, waiting, window }: Line): boolean {
  return calls === 0 && waiting.length === 0 && window === undefined
}
