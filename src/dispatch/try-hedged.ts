import type { Candidate } from '../decide/decision.ts'
import type { Skin } from '../receive/dialects/dialect.ts'
import type { Hedge } from './hedge.ts'
import type { ReplyWriter } from './reply-writer.ts'
import { type Errand, type Try, tryEndpoint } from './try-endpoint.ts'
import type { Turns } from './turns.ts'

/**
 * Tries an endpoint and, where the call has a hedge and the first byte is late, the next one beside it: the first that says
 * something answers, and the other is cancelled. Returns the tries at each endpoint.
 */
export async function tryHedged<S extends Skin>(
  first: Candidate,
  errand: Errand<S>,
  turns: Turns,
  hedge: Hedge | undefined,
): Promise<readonly Try[][]> {
  const asking = tryEndpoint(first, errand, { alone: turns.isLast(), hedged: false })
  const afterMs = hedge?.isLeft() === true ? hedge.afterMs(first) : undefined
  if (hedge === undefined || afterMs === undefined) return [await asking]
  if (!(await isLate(asking, afterMs, errand.writer)) || !hedge.isLeft()) return [await asking]
  const second = turns.beside((candidate) => hedge.fits(candidate) && errand.budget.affords(candidate, first))
  if (second === undefined) return [await asking]
  hedge.take()
  const other = tryEndpoint(second, errand, { alone: turns.isLast(), hedged: true })
  // Whoever answers has the other cancelled; one who fails leaves the call to the other.
  return Promise.all([asking, other])
}

/** True when nothing has been said after so many ms, and the try goes on. */
function isLate(asking: Promise<unknown>, ms: number, writer: ReplyWriter): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(!writer.isTaken()), ms)
    void asking.then(() => {
      clearTimeout(timer)
      resolve(false)
    })
  })
}
