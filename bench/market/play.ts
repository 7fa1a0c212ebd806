import type { Policy } from '../../src/decide/policy.ts'
import { createAgenda } from './agenda.ts'
import { attemptAt, type Outcome, refusal } from './attempt.ts'
import { createLimiter } from './limiter.ts'
import { RULES, type RuleName } from './rules.ts'
import type { World } from './world.ts'

/** What a day was like for those who called. */
export interface Day {
  readonly calls: number
  readonly answers: number
  /** Calls without a whole answer: it broke off, or no host had one. */
  readonly failures: number
  /** Attempts that did not bring an answer and were made good by another host, refusals for the rate among them. */
  readonly failedAttempts: number
  readonly refusals: number
  readonly costUsd: number
  /** Time that callers waited, s, failed calls too. */
  readonly waitedS: number
  readonly latencyP50Ms: number
  readonly latencyP95Ms: number
}

/** As many hosts are asked for one call. */
const MOST_ATTEMPTS = 6

/** Plays a day under a rule. Calls run beside each other; a rule knows of an attempt only when it is over. */
export function playDay(world: World, name: RuleName, policy: Policy): Day {
  const agenda = createAgenda()
  const limiter = createLimiter(world.sellers)
  let now = 0
  const rule = RULES[name]({ world, policy, now: () => now, limiter })
  const waits: number[] = []
  const day = { answers: 0, failures: 0, failedAttempts: 0, refusals: 0, costUsd: 0 }

  const attempt = (n: number, order: readonly number[], tried: number) => {
    const call = world.calls[n]!
    const s = order[tried]!
    rule.sent(s)
    const taken = limiter.take(s, now)
    const outcome =
      taken === 'taken'
        ? attemptAt(world, n, call, s, now)
        : refusal(world.sellers[s]!, taken.retryAfterSeconds)
    later(outcome.ms / 1000, () => {
      rule.ended(s, call, outcome)
      day.costUsd += outcome.costUsd
      if (outcome.kind === 'limited') day.refusals++
      if (isFinal(outcome)) finish(n, outcome.kind === 'answered')
      else if (tried + 1 === Math.min(order.length, MOST_ATTEMPTS)) finish(n, false)
      else attempt(n, order, tried + 1)
      if (!isFinal(outcome)) day.failedAttempts++
    })
  }
  const later = (seconds: number, act: () => void) => {
    const at = now + seconds
    agenda.add(at, () => {
      now = at
      act()
    })
  }
  const finish = (n: number, answered: boolean) => {
    waits.push((now - world.calls[n]!.at) * 1000)
    if (answered) day.answers++
    else day.failures++
  }
  world.calls.forEach((call, n) => {
    agenda.add(call.at, () => {
      now = call.at
      attempt(n, rule.order(call, now), 0)
    })
  })
  agenda.run()
  waits.sort((a, b) => a - b)
  return {
    ...day,
    calls: world.calls.length,
    waitedS: waits.reduce((sum, ms) => sum + ms, 0) / 1000,
    latencyP50Ms: quantile(waits, 0.5),
    latencyP95Ms: quantile(waits, 0.95),
  }
}

/** An answer, and one that has begun and breaks off: nobody can ask another host any more. */
function isFinal({ kind }: Outcome): boolean {
  return kind === 'answered' || kind === 'break'
}

function quantile(ascending: readonly number[], share: number): number {
  return ascending[Math.max(0, Math.ceil(share * ascending.length) - 1)] ?? Number.NaN
}
