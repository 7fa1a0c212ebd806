/** What came of one prompt: the quality of the router's choice and that of the baseline's answer, 0..1. */
export interface Pair {
  readonly router: number
  readonly baseline: number
}

/** Shares of the baseline's quality above this are not asked for. */
export const MOST_KEPT = 1.5

/**
 * A lower bound, at confidence 1 − `risk`, of the router's expected quality as a share of the baseline's: 0..1.5. For
 * pairs that are drawn independently of each other and of the router, it exceeds the true share with a probability of
 * at most `risk`, whatever their number and distribution. The pairs are bet on in the order given, which must not
 * depend on them.
 *
 * The bound is a test by betting turned around (Waudby-Smith and Ramdas 2023, "Estimating means of bounded random
 * variables by betting", the predictable plug-in bets of §4.1 for a fixed number). If the router keeps less than a
 * share k in expectation, a capital that starts at 1 and is multiplied by 1 + bet · (router − k · baseline) for each
 * pair does not grow in expectation, so it ever reaches 1 / risk with a probability of at most `risk` (Ville 1939). The
 * bets do not depend on k: a share that is refuted thereby refutes all below it.
 */
export function provenShare(pairs: readonly Pair[], risk: number): number {
  const isProven = proverOf(pairs, risk)
  if (isProven(MOST_KEPT)) return MOST_KEPT
  if (!isProven(0)) return 0
  let [proven, open] = [0, MOST_KEPT]
  while (open - proven > PRECISION) {
    const middle = (proven + open) / 2
    if (isProven(middle)) proven = middle
    else open = middle
  }
  return proven
}

const PRECISION = 1e-6

/** True where the share, 0..1.5, is not above the lower bound: the pairs prove that at least so much is kept. */
export function proves(share: number, pairs: readonly Pair[], risk: number): boolean {
  return proverOf(pairs, risk)(share)
}

/**
 * How many pairs such as these would about prove the share: at so many, the expected logarithm of the capital is what
 * the proof needs. Undefined when these do not keep the share themselves, or so narrowly that a billion would prove
 * nothing.
 */
export function pairsToProve(share: number, pairs: readonly Pair[], risk: number): number | undefined {
  const gains = pairs.map(({ router, baseline }) => router - share * baseline)
  if (!(mean(gains) > 0)) return undefined
  const leads = pairs.map(({ router, baseline }) => router - baseline)
  const centre = mean(leads)
  const variance = mean(leads.map((lead) => (lead - centre) ** 2))
  const isEnough = (count: number) => {
    const bet = betFor(variance, count, risk)
    return count * mean(gains.map((gain) => Math.log1p(bet * gain))) >= Math.log(1 / risk)
  }
  let enough = 1
  while (!isEnough(enough)) {
    if (enough > MOST_PAIRS) return undefined
    enough *= 2
  }
  let tooFew = enough / 2
  while (enough - tooFew > 1) {
    const middle = Math.floor((enough + tooFew) / 2)
    if (isEnough(middle)) enough = middle
    else tooFew = middle
  }
  return enough
}

const MOST_PAIRS = 1e9

/** Says of a share whether betting against it reaches 1 / risk. */
function proverOf(pairs: readonly Pair[], risk: number): (share: number) => boolean {
  const bets = betsOn(pairs, risk)
  const goal = Math.log(1 / risk)
  return (share) => {
    let capital = 0
    return pairs.some(({ router, baseline }, i) => {
      capital += Math.log1p(bets[i]! * (router - share * baseline))
      return capital >= goal
    })
  }
}

/** The bet on each pair, from what the pairs before it showed. */
function betsOn(pairs: readonly Pair[], risk: number): Float64Array {
  let [sum, squares] = [0, PRIOR_VARIANCE]
  return Float64Array.from(pairs, ({ router, baseline }, seen) => {
    const bet = betFor(squares / (seen + 1), pairs.length, risk)
    const lead = router - baseline
    sum += lead
    squares += (lead - sum / (seen + 1)) ** 2
    return bet
  })
}

/** Of leads before any is seen; those are within ±1. */
const PRIOR_VARIANCE = 0.25

/** What makes the capital grow fastest if the router is as much above the share as `count` pairs can just prove. */
function betFor(variance: number, count: number, risk: number): number {
  return Math.min(LARGEST_BET, Math.sqrt((2 * Math.log(1 / risk)) / (count * variance)))
}

/** The worst pair takes nine tenths of the capital, never all of it. */
const LARGEST_BET = 0.9 / MOST_KEPT

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
