/** What a judge said of one order of two answers. */
export interface Verdict {
  readonly winner: 'first' | 'second' | 'tie'
  readonly reason: string
}

/** What two verdicts, one for each order, come to. */
export interface Judgement {
  readonly winner: 'a' | 'b' | 'tie'
  /** False: the verdicts name different answers, so that what is left is the place they stood in. */
  readonly consistent: boolean
}

const LONGEST_REASON = 2_000

/** Reads a judge's reply: all of it, or the last JSON object in it that names a winner; undefined where there is none. */
export function readVerdict(reply: string): Verdict | undefined {
  const objects = reply.match(/\{[^{}]*\}/g) ?? []
  for (const json of [...objects, reply].reverse()) {
    const verdict = asVerdict(json)
    if (verdict !== undefined) return verdict
  }
  return undefined
}

/**
 * An answer wins only where both orders name it (Pulze's protocol; Zheng et al. 2023, arXiv:2306.05685, §3.4): judges
 * favour a place, and what they favour by place alone is a tie.
 *
 * @param forward a stood first
 * @param backward b stood first
 */
export function judgementOf(forward: Verdict, backward: Verdict): Judgement {
  const there = { first: 'a', second: 'b', tie: 'tie' }[forward.winner] as Judgement['winner']
  const back = { first: 'b', second: 'a', tie: 'tie' }[backward.winner] as Judgement['winner']
  const consistent = there === back
  return { winner: consistent ? there : 'tie', consistent }
}

function asVerdict(json: string): Verdict | undefined {
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null || !('winner' in value)) return undefined
  const { winner } = value
  if (winner !== 'first' && winner !== 'second' && winner !== 'tie') return undefined
  const reason = 'reason' in value && typeof value.reason === 'string' ? value.reason : ''
  return { winner, reason: reason.slice(0, LONGEST_REASON) }
}
