import type { Judgement, Verdict } from './verdict.ts'

/** A judged pair, with what people said of it where they did. */
export interface JudgedPair {
  readonly judgement: Judgement
  /** a stood first; b stood first. */
  readonly verdicts: readonly [Verdict, Verdict]
  readonly lengths: { readonly a: number; readonly b: number }
  readonly human?: Judgement['winner']
}

/** How far a judge can be trusted. Shares are 0..1; null where nothing says. */
export interface Agreement {
  readonly pairs: number
  /** Share of pairs whose two verdicts agree. */
  readonly consistent: number | null
  /** Share of decided verdicts for whoever stood first; 0.5 is fair. */
  readonly firstPlace: number | null
  /** Share of pairs with a winner in which that is the longer answer. */
  readonly longerWins: number | null
  /** The same as people decided those pairs. */
  readonly longerWinsByPeople: number | null
  /** Pairs that people decided too. */
  readonly withPeople: number
  /** Share of them in which judge and people agree. */
  readonly agreed: number | null
  /** Cohen's kappa over a, b and tie: agreement beyond what their frequencies alone would bring. */
  readonly kappa: number | null
}

/** Compares a judge with people, with itself, and with a ruler. */
export function agreementOf(pairs: readonly JudgedPair[]): Agreement {
  const places = pairs.flatMap(({ verdicts }) => verdicts.filter(({ winner }) => winner !== 'tie'))
  const byPeople = pairs.flatMap((pair) => (pair.human === undefined ? [] : [{ ...pair, human: pair.human }]))
  return {
    pairs: pairs.length,
    consistent: share(pairs, ({ judgement }) => judgement.consistent),
    firstPlace: share(places, ({ winner }) => winner === 'first'),
    longerWins: longerShare(pairs, ({ judgement }) => judgement.winner),
    longerWinsByPeople: longerShare(byPeople, ({ human }) => human),
    withPeople: byPeople.length,
    agreed: share(byPeople, ({ judgement, human }) => judgement.winner === human),
    kappa: kappaOf(byPeople.map(({ judgement, human }) => [judgement.winner, human])),
  }
}

function longerShare<P extends JudgedPair>(
  pairs: readonly P[],
  winnerOf: (pair: P) => Judgement['winner'],
): number | null {
  const decided = pairs.filter((pair) => winnerOf(pair) !== 'tie' && pair.lengths.a !== pair.lengths.b)
  return share(decided, (pair) => (winnerOf(pair) === 'a') === pair.lengths.a > pair.lengths.b)
}

/** (observed − expected) / (1 − expected) agreement (Cohen 1960). */
function kappaOf(pairs: readonly (readonly [string, string])[]): number | null {
  if (pairs.length === 0) return null
  const observed = pairs.filter(([x, y]) => x === y).length / pairs.length
  const labels = new Set(pairs.flat())
  let expected = 0
  for (const label of labels) {
    const first = pairs.filter(([x]) => x === label).length / pairs.length
    const second = pairs.filter(([, y]) => y === label).length / pairs.length
    expected += first * second
  }
  return expected === 1 ? null : (observed - expected) / (1 - expected)
}

function share<T>(items: readonly T[], is: (item: T) => boolean): number | null {
  return items.length === 0 ? null : items.filter(is).length / items.length
}
