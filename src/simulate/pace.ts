import { isStream, type Reply, type Step } from './reply.ts'
import { drawLogNormal, type Random } from './seeded-random.ts'

/** How fast an endpoint is: two lognormal distributions, each by its median and the deviation of its logarithm. */
export interface Speed {
  readonly firstByteMs: { readonly median: number; readonly spread: number }
  readonly tokensPerSecond: { readonly median: number; readonly spread: number }
}

/** The speed of one reply. */
export interface Pace {
  readonly firstByteMs: number
  readonly tokensPerSecond: number
}

/** Draws the pace of one reply from an endpoint's speed. */
export function drawPace(random: Random, { firstByteMs, tokensPerSecond }: Speed): Pace {
  return {
    firstByteMs: drawLogNormal(random, firstByteMs.median, firstByteMs.spread),
    tokensPerSecond: drawLogNormal(random, tokensPerSecond.median, tokensPerSecond.spread),
  }
}

/**
 * Puts pauses into a reply: a stream starts after `firstByteMs` and brings a content chunk (a token) every
 * 1 / `tokensPerSecond`; a whole answer comes when its stream (of `tokens`) would have ended.
 */
export function paced(reply: Reply, { firstByteMs, tokensPerSecond }: Pace, tokens: number): Reply {
  const perToken: Step = { kind: 'wait', ms: 1000 / tokensPerSecond }
  if (!isStream(reply)) return [{ kind: 'wait', ms: firstByteMs + tokens * perToken.ms }, ...reply]
  const steps = reply.flatMap((step, at) => {
    const earlier = reply[at - 1]
    const isNext = isContent(step) && earlier !== undefined && isContent(earlier)
    return isNext ? [perToken, step] : [step]
  })
  return [{ kind: 'wait', ms: firstByteMs }, ...steps]
}

function isContent(step: Step): boolean {
  return step.kind === 'write' && step.part === 'content'
}
