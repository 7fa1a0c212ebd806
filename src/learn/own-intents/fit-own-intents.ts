import { embeddedPart } from '../../understand/embedder.ts'
import { ownFeatures } from '../../understand/own-features.ts'
import type { OwnIntent } from '../../understand/own-intents.ts'
import { promptText } from '../../understand/text.ts'
import type { SparseMatrix } from '../sparse-matrix.ts'
import { calibrate } from './calibrate.ts'
import { fitLinear, linearScores, type Separation } from './fit-linear.ts'

const FOLDS = 5
/**
 * The share of prompts that is taken to be of an own intent. Traffic differs from the background, and detectors are too
 * sure of themselves there: on public tasks and chats, 0.1 recognised five points more and took almost twice as many others.
 */
const SHARE = 0.05
/** Log odds from which a text counts as taken for the intent: the best shipped intent seldom has more than a half. */
const TAKEN = Math.log(0.5)
/** An example of another own intent counts as much as this many ordinary prompts: it is what this one meets. */
const RIVAL_WEIGHT = 20
/** Examples a feature must occur in: what only one of them says is what it is about, not what it asks for. */
const LEAST_EXAMPLES = 2

/**
 * Fits a detector for each intent against ordinary prompts and the other intents' examples. The same input gives the
 * same detectors. The shipped classifier has no part in them, so that a newly trained one leaves them valid.
 *
 * @param background ordinary prompts: every other one to fit on, the rest to calibrate on
 */
export function fitOwnIntents(
  intents: readonly Pick<OwnIntent, 'name' | 'examples'>[],
  background: readonly string[],
): readonly OwnIntent[] {
  const ordinary = background.map(readFeatures)
  const examples = intents.map((intent) => intent.examples.map(readFeatures))
  return intents.map(({ name, examples: prompts }, own) => {
    const rivals = examples.filter((_, i) => i !== own).flat()
    return { name, examples: prompts, ...fitOne(examples[own]!, rivals, ordinary) }
  })
}

/** A text as detectors see it. */
interface Features {
  readonly hashes: Uint32Array
  readonly values: Float64Array
}

function readFeatures(text: string): Features {
  const prompt = promptText({ messages: [{ role: 'user', content: text }] })
  const { hashes, values, count } = ownFeatures(embeddedPart(prompt))
  return { hashes: hashes.slice(0, count), values: values.slice(0, count) }
}

function fitOne(
  examples: readonly Features[],
  rivals: readonly Features[],
  ordinary: readonly Features[],
): Pick<OwnIntent, 'recognised' | 'mistaken' | 'detector'> {
  const columnOf = sharedFeatures(examples)
  const texts = toMatrix([...examples, ...rivals, ...ordinary], columnOf)
  const firstOrdinary = examples.length + rivals.length
  const isUnseen = (row: number) => row >= firstOrdinary && (row - firstOrdinary) % 2 === 1
  const fitWithout = (fold: number) => {
    const weight = Float64Array.from({ length: texts.rows }, (_, row) => {
      if (row < examples.length) return row % FOLDS === fold ? 0 : 1
      if (row < firstOrdinary) return RIVAL_WEIGHT
      return isUnseen(row) ? 0 : 1
    })
    const separation = { texts, positives: examples.length, weight }
    return fitLinear({ ...separation, stretch: rarities(separation) })
  }
  const perFold = Array.from({ length: FOLDS }, (_, fold) => linearScores(texts, fitWithout(fold)))
  const heldOut = examples.map((_, row) => perFold[row % FOLDS]![row]!)
  const model = fitWithout(FOLDS)
  const unseen = [...linearScores(texts, model)].filter((_, row) => isUnseen(row))
  const { slope, offset } = calibrate(heldOut, unseen, SHARE)
  const taken = (scores: readonly number[]) => scores.filter((score) => slope * score + offset > TAKEN).length
  return {
    recognised: taken(heldOut),
    mistaken: taken(unseen) / unseen.length,
    detector: {
      bias: slope * model.bias + offset,
      features: [...columnOf.keys()],
      weights: Array.from(model.weights, (weight) => Number((slope * weight).toPrecision(5))),
    },
  }
}

/** The column of each feature that enough examples have. */
function sharedFeatures(examples: readonly Features[]): ReadonlyMap<number, number> {
  const counts = new Map<number, number>()
  for (const { hashes } of examples) for (const hash of hashes) counts.set(hash, (counts.get(hash) ?? 0) + 1)
  const kept = [...counts].filter(([, count]) => count >= LEAST_EXAMPLES)
  return new Map(kept.map(([hash], column) => [hash, column]))
}

/** One row per text, of the features that count. */
function toMatrix(texts: readonly Features[], columnOf: ReadonlyMap<number, number>): SparseMatrix {
  const starts = new Int32Array(texts.length + 1)
  const columns: number[] = []
  const entries: number[] = []
  for (const [row, { hashes, values }] of texts.entries()) {
    for (let f = 0; f < hashes.length; f++) {
      const column = columnOf.get(hashes[f]!)
      if (column === undefined) continue
      columns.push(column)
      entries.push(values[f]!)
    }
    starts[row + 1] = columns.length
  }
  return {
    rows: texts.length,
    width: columnOf.size,
    starts,
    columns: Int32Array.from(columns),
    values: Float32Array.from(entries),
  }
}

/**
 * By column: 1 + ln(texts / texts with the feature) among the texts that are not of the intent; 0 where too few of the
 * examples that are fitted on have the feature.
 */
function rarities({ texts, positives, weight }: Omit<Separation, 'stretch'>): Float64Array {
  const examples = new Int32Array(texts.width)
  const others = new Int32Array(texts.width)
  for (let row = 0; row < texts.rows; row++) {
    if (weight[row] === 0) continue
    const holders = row < positives ? examples : others
    for (let i = texts.starts[row]!; i < texts.starts[row + 1]!; i++) holders[texts.columns[i]!]!++
  }
  const total = weight.subarray(positives).filter((value) => value > 0).length
  return Float64Array.from(others, (holders, c) =>
    examples[c]! < LEAST_EXAMPLES ? 0 : 1 + Math.log((1 + total) / (1 + holders)),
  )
}
