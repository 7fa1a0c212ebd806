import { INTENT_GROUPS, INTENTS, type IntentName } from '../../understand/intent-names.ts'

/** How well predicted intents agree with labels, as fractions. */
export interface IntentScores {
  readonly n: number
  /** The most probable intent is the label. */
  readonly top1: number
  /** The label is among the three most probable. */
  readonly top3: number
  /** The most probable intent is in the label's group (`default` is a group of its own). */
  readonly group: number
  /** Expected calibration error of the most probable intent's probability, 15 bins of equal width. */
  readonly ece: number
}

const BINS = 15

/** Scores predictions (probabilities in the order of INTENTS) against labels. Ties keep the order of INTENTS. */
export function scoreIntents(
  predictions: readonly Float32Array[],
  labels: readonly IntentName[],
): IntentScores {
  const bins = Array.from({ length: BINS }, () => ({ confidence: 0, right: 0 }))
  let top1 = 0
  let top3 = 0
  let group = 0
  for (const [i, probabilities] of predictions.entries()) {
    const label = labels[i]!
    const best = bestThree(probabilities)
    const first = INTENTS[best[0]!]!
    const right = first === label ? 1 : 0
    top1 += right
    if (best.some((c) => INTENTS[c] === label)) top3++
    if (groupOf(first) === groupOf(label)) group++
    const confidence = probabilities[best[0]!]!
    const bin = bins[Math.min(BINS - 1, Math.floor(confidence * BINS))]!
    bin.confidence += confidence
    bin.right += right
  }
  const n = predictions.length
  const ece = bins.reduce((sum, bin) => sum + Math.abs(bin.confidence - bin.right), 0) / n
  return { n, top1: top1 / n, top3: top3 / n, group: group / n, ece }
}

function bestThree(probabilities: Float32Array): readonly number[] {
  const order = Array.from(probabilities.keys()).sort(
    (a, b) => probabilities[b]! - probabilities[a]! || a - b,
  )
  return order.slice(0, 3)
}

const GROUP_OF = new Map(
  Object.entries(INTENT_GROUPS).flatMap(([group, intents]) => intents.map((name) => [name as string, group])),
)

function groupOf(intent: IntentName): string {
  return GROUP_OF.get(intent) ?? intent
}

/** How often one intent was taken for another. */
export interface Confusion {
  readonly label: IntentName
  readonly predicted: IntentName
  readonly n: number
}

/** The most frequent confusions of label and most probable intent, most frequent first; ties in the order of INTENTS. */
export function confusions(
  predictions: readonly Float32Array[],
  labels: readonly IntentName[],
  most: number,
): readonly Confusion[] {
  const counts = new Int32Array(INTENTS.length * INTENTS.length)
  for (const [i, probabilities] of predictions.entries()) {
    const label = INTENTS.indexOf(labels[i]!)
    const predicted = bestThree(probabilities)[0]!
    if (predicted !== label) counts[label * INTENTS.length + predicted]!++
  }
  return Array.from(counts, (n, at) => ({
    label: INTENTS[Math.floor(at / INTENTS.length)]!,
    predicted: INTENTS[at % INTENTS.length]!,
    n,
  }))
    .filter(({ n }) => n > 0)
    .sort((a, b) => b.n - a.n)
    .slice(0, most)
}
