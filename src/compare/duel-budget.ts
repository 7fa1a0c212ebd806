import { type Femtodollars, formatUsd, parseUsd, toUsd } from '../money.ts'
import type { Recorder } from '../record/recorder.ts'
import type { Log } from '../telemetry/log.ts'
import type { OwnGateway } from './own-gateway.ts'

export interface DuelBudget {
  /** Whether another duel may begin today. */
  isLeft(): boolean
  /** A purse for one duel. */
  purse(): Purse
}

/** Makes the calls of one duel, and counts what they cost. */
export interface Purse {
  readonly post: OwnGateway['post']
  /** Exact decimal USD. */
  spent(): string
}

interface BudgetOptions {
  readonly own: OwnGateway
  readonly recorder: Pick<Recorder, 'comparisons'>
  readonly now: () => number
  readonly log: Log
}

const DAY_MS = 86_400_000

/**
 * What duels may cost a day (UTC). What was spent today before this start is read from the comparisons; until that is
 * known, no duel begins. Those that run when it is used up are ended, so it can be passed by what these cost.
 *
 * @param daily USD
 */
export function createBudget({ own, recorder, now, log }: BudgetOptions, daily: number): DuelBudget {
  let day = dayOf(now())
  let spent: Femtodollars | undefined
  spentSince(day * DAY_MS, recorder).then(
    (before) => {
      spent ??= before
    },
    (error: unknown) =>
      log.warn({ why: String(error) }, 'no duels until tomorrow: what they have cost today is not known'),
  )
  return {
    isLeft() {
      if (dayOf(now()) > day) {
        day = dayOf(now())
        spent = 0n
      }
      return spent !== undefined && toUsd(spent) < daily
    },
    purse() {
      let paid: Femtodollars = 0n
      return {
        async post(...call) {
          const reply = await own.post(...call)
          const cost = parseUsd(reply.costUsd)
          paid += cost
          spent = (spent ?? 0n) + cost
          return reply
        },
        spent: () => formatUsd(paid),
      }
    },
  }
}

const PAGE = 1_000

async function spentSince(since: number, recorder: BudgetOptions['recorder']): Promise<Femtodollars> {
  let spent: Femtodollars = 0n
  for (let before: string | undefined; ; ) {
    const page = await recorder.comparisons({ limit: PAGE, since, ...(before !== undefined && { before }) })
    for (const { costUsd } of page) spent += parseUsd(costUsd)
    if (page.length < PAGE) return spent
    before = page.at(-1)!.id
  }
}

function dayOf(at: number): number {
  return Math.floor(at / DAY_MS)
}
