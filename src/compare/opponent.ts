import { normalCdf } from '../decide/normal.ts'

/** A model that could answer, as a decision predicts it. */
export interface Contender {
  readonly model: string
  /** Probability that its answer is good. */
  readonly quality: number
  readonly qualitySd: number
}

/**
 * The model whose comparison with another one would tell most: the outcome is least certain, by the entropy of
 * P(it answers better) = Φ((q₁ − q₂) / √(σ₁² + σ₂²)). A predicted difference of nothing with much doubt and one with
 * little are equally uncertain, so the doubt itself counts too: entropy × √(σ₁² + σ₂²).
 *
 * @returns undefined where there is no other model, or all are as good as decided
 */
export function opponentOf<C extends Contender>(first: Contender, others: readonly C[]): C | undefined {
  let best: C | undefined
  let most = LEAST_WORTH
  for (const other of others) {
    if (other.model === first.model) continue
    const doubt = Math.hypot(first.qualitySd, other.qualitySd)
    const worth = doubt === 0 ? 0 : entropy(normalCdf((first.quality - other.quality) / doubt)) * doubt
    if (worth > most) {
      best = other
      most = worth
    }
  }
  return best
}

/** Below this nobody would learn anything: bits × quality. */
const LEAST_WORTH = 0.005

/** Bits. */
function entropy(p: number): number {
  return p <= 0 || p >= 1 ? 0 : -(p * Math.log2(p) + (1 - p) * Math.log2(1 - p))
}
