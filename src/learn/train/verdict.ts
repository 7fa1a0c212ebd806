import type { Interval } from '../evaluate/bootstrap.ts'
import type { Conclusion } from '../replay/conclusion.ts'
import type { Comparison } from './compare-ways.ts'

/** What a replay on recent traffic said of the challenger against what was done. */
export interface ReplayFindings {
  readonly quality: Conclusion
  readonly cost: Conclusion
  /** The challenger's cost less what was paid, by what was paid, 95 %; undefined where it cannot be told. */
  readonly extraCost: Interval | undefined
}

/** Whether a challenger should take the champion's place. */
export interface TrialVerdict {
  readonly kind: 'better' | 'cheaper' | 'no-difference-shown' | 'worse' | 'cannot-tell'
  /** True when it is better or cheaper on held-out prompts, and the replay does not speak against it. */
  readonly isProven: boolean
  /** Sentences for people. */
  readonly why: readonly string[]
}

/** Fewer different prompts say nothing. */
const LEAST_PROMPTS = 50
/** Quality that a cheaper challenger may lack at most: the lead below which `eval` tells no difference either. */
const QUALITY_GUARD = 0.01

/**
 * Judges a challenger. It is proven only by both:
 *
 * 1. held-out prompts: the 95 % interval of its quality above the champion's lies above 0, and its cost keeps within
 *    `maxExtraCost` above the champion's; or its cost is below, and its quality not more than 0.01 below. Each holds
 *    with 2.5 % error, so one that is no different is taken for an improvement in 5 % of trials at most.
 * 2. the replay on recent traffic: it must be able to tell, and must not find it worse.
 *
 * @param maxExtraCost share, 0.1 = 10 %
 */
export function judgeChallenger(
  comparison: Comparison,
  replay: ReplayFindings | undefined,
  maxExtraCost: number,
): TrialVerdict {
  const found = onHeldOut(comparison, maxExtraCost)
  if (found.kind !== 'better' && found.kind !== 'cheaper')
    return { kind: found.kind, isProven: false, why: [found.why] }
  const against = againstIt(replay, maxExtraCost)
  return {
    kind: against?.kind ?? found.kind,
    isProven: against === undefined,
    why: [found.why, against?.why ?? 'The replay on recent traffic does not speak against it.'],
  }
}

interface Finding {
  readonly kind: TrialVerdict['kind']
  readonly why: string
}

function onHeldOut({ heldOut, nothing, withoutCalls }: Comparison, maxExtraCost: number): Finding {
  const count = heldOut?.prompts ?? 0
  if (heldOut === undefined || count < LEAST_PROMPTS) {
    const few = `There are ${count} prompts to compare on that neither has learned from; ${LEAST_PROMPTS} are the least.`
    const lack = withoutCalls === undefined ? '' : `Recorded calls do not count. ${withoutCalls}`
    return { kind: 'cannot-tell', why: `${few} ${nothing ?? lack}`.trimEnd() }
  }
  const { quality, costShare, prompts } = heldOut
  const points = `${signed(quality.mean)} points of quality [${signed(quality.low)}, ${signed(quality.high)}]`
  const price =
    costShare === undefined
      ? 'at a cost that is not known'
      : `at ${percent(costShare.mean)} of the cost [${percent(costShare.low)}, ${percent(costShare.high)}]`
  const found = `On ${prompts} prompts that neither had learned from: ${points}, ${price}.`
  if (quality.high < 0) return { kind: 'worse', why: found }
  const most = 1 + maxExtraCost
  if (costShare !== undefined && costShare.high < 1 && quality.low >= -QUALITY_GUARD)
    return { kind: quality.low > 0 ? 'better' : 'cheaper', why: found }
  if (quality.low <= 0) return { kind: 'no-difference-shown', why: found }
  if (costShare !== undefined && costShare.high <= most) return { kind: 'better', why: found }
  if (costShare !== undefined && costShare.low > most)
    return { kind: 'worse', why: `${found} More than ${percent(most)} is not allowed.` }
  return {
    kind: 'cannot-tell',
    why: `${found} That it keeps within ${percent(most)} of the cost is not shown.`,
  }
}

function againstIt(replay: ReplayFindings | undefined, maxExtraCost: number): Finding | undefined {
  if (replay === undefined)
    return {
      kind: 'cannot-tell',
      why: 'There is no recent, rated traffic to replay it on: promote it yourself if you trust the outcomes.',
    }
  const { quality, cost, extraCost } = replay
  for (const [what, { verdict, why }] of [
    ['quality', quality],
    ['cost', cost],
  ] as const)
    if (verdict === 'cannot-tell')
      return { kind: 'cannot-tell', why: `The replay cannot tell its ${what}. ${why}` }
  if (quality.verdict === 'worse')
    return { kind: 'worse', why: `In the replay on recent traffic its quality is worse. ${quality.why}` }
  if (cost.verdict === 'worse' && !((extraCost?.high ?? Infinity) <= maxExtraCost))
    return { kind: 'worse', why: `In the replay on recent traffic it costs more. ${cost.why}` }
  return undefined
}

function signed(difference: number): string {
  const text = (100 * difference).toFixed(1)
  return Number(text) > 0 ? `+${text}` : text.replace('-', Number(text) === 0 ? '' : '−')
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`
}
