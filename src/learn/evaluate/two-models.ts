/** A prompt that both models have answered. */
export interface Duel {
  /** Predicted quality of the strong model minus that of the weak one. */
  readonly advantage: number
  readonly strong: number
  readonly weak: number
}

/** RouteLLM's figures (Ong et al. 2024, §2.3) for a choice between a strong and a weak model. */
export interface TwoModelScores {
  /** Average recovered share of the gap between the two; 0.5 for a choice by chance. */
  readonly apgr: number
  /** Least share of calls (0..1) to the strong model that recovers 50 % and 80 % of the gap. */
  readonly cpt50: number
  readonly cpt80: number
}

/**
 * Scores as RouteLLM's evaluation does (`evals/benchmarks.py`, `evals/evaluate.py`): thresholds at the quantiles 0,
 * 0.1, …, 1 of the advantage, trapezoids over the share of strong calls. Undefined where the strong model is no
 * better than the weak one, so that there is no gap to recover.
 */
export function scoreTwoModels(duels: readonly Duel[]): TwoModelScores | undefined {
  const weak = mean(duels.map((duel) => duel.weak))
  const strong = mean(duels.map((duel) => duel.strong))
  if (!(strong > weak)) return undefined
  const curve = recoveryCurve(duels).map(({ share, quality }) => ({
    share,
    recovered: (quality - weak) / (strong - weak),
  }))
  let apgr = 0
  for (let i = 1; i < curve.length; i++) {
    const from = curve[i - 1]!
    const to = curve[i]!
    apgr += ((from.recovered + to.recovered) / 2) * (to.share - from.share)
  }
  return { apgr, cpt50: shareToRecover(curve, 0.5), cpt80: shareToRecover(curve, 0.8) }
}

const STEPS = 10

interface Recovery {
  /** Share of calls to the strong model */
  readonly share: number
  readonly recovered: number
}

/** From no strong call to all of them. At the highest threshold none is strong, at the others those at it are, too. */
function recoveryCurve(duels: readonly Duel[]) {
  const sorted = duels.map(({ advantage }) => advantage).sort((a, b) => a - b)
  const curve = Array.from({ length: STEPS + 1 }, (_, step) => {
    const threshold = quantile(sorted, step / STEPS)
    const isStrong = ({ advantage }: Duel) =>
      step === STEPS ? advantage > threshold : advantage >= threshold
    return {
      share: duels.filter(isStrong).length / duels.length,
      quality: mean(duels.map((duel) => (isStrong(duel) ? duel.strong : duel.weak))),
    }
  })
  return curve.sort((a, b) => a.share - b.share)
}

/** Where the curve first reaches the recovered share, linear between its points; it ends at 1. */
function shareToRecover(curve: readonly Recovery[], recovered: number): number {
  const next = curve.findIndex((point) => point.recovered >= recovered)
  const to = curve[next]
  const from = curve[next - 1]
  if (to === undefined) return 1
  if (from === undefined) return to.share
  return (
    from.share + (to.share - from.share) * ((recovered - from.recovered) / (to.recovered - from.recovered))
  )
}

/** Linear between the two nearest ranks, as pandas does. */
function quantile(sorted: readonly number[], q: number): number {
  const at = q * (sorted.length - 1)
  const low = sorted[Math.floor(at)]!
  const high = sorted[Math.ceil(at)]!
  return low === high ? low : low + (high - low) * (at - Math.floor(at))
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
