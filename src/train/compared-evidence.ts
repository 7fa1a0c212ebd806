import { createHash } from 'node:crypto'
import type { JsonLine } from '../learn/import/json-lines.ts'
import { type LeftOut, leftOutList } from '../learn/import/left-out.ts'
import {
  type ComparedCalls,
  type ComparisonFacts,
  comparisonRows,
} from '../learn/leaderboard/comparison-rows.ts'
import { type Outcomes, withModels } from '../learn/outcomes.ts'
import type { Compared } from '../learn/predictor/compared.ts'
import type { PredictorCard } from '../learned/predictor-file.ts'
import type { IntentArtifact } from '../understand/artifact.ts'
import { INTENTS } from '../understand/intent-names.ts'
import { understand } from '../understand/understand.ts'
import { promptMark } from './prompt-mark.ts'
import { BEFORE_FALL, IS_SIMULATED } from './stale-calls.ts'

/** A comparison before it is known which models and prompts there are outcomes of. */
export interface Pair extends ComparedCalls {
  readonly a: string
  readonly b: string
  /** 1, 0 or −1, as `Compared`. */
  readonly result: number
  readonly intents: Compared['intents']
  /** Of its prompt, where that is said. */
  readonly mark?: number
}

export interface ReadPairs {
  readonly pairs: readonly Pair[]
  readonly leftOut: readonly LeftOut[]
}

/** Memory and time are bounded: the first ones count. */
const MOST_PAIRS = 200_000

/**
 * Reads comparisons to learn from.
 *
 * @param lines of files or of the record; of more than 200,000 the first ones count
 * @param isPractice whether simulated answers are what the market sells
 * @throws what reading the lines throws
 */
export async function readPairs(
  lines: AsyncIterable<JsonLine>,
  intents: IntentArtifact,
  isPractice: boolean,
): Promise<ReadPairs> {
  const leftOut = leftOutList()
  const pairs: Pair[] = []
  for await (const { row, facts, calls } of comparisonRows(lines, leftOut)) {
    const where = row.prompt
    if (calls.simulated && !isPractice) leftOut.add(IS_SIMULATED, where)
    else if (pairs.length === MOST_PAIRS) {
      leftOut.add(`comes after the first ${MOST_PAIRS} that memory is meant to hold`, where)
      break
    } else
      pairs.push({
        ...calls,
        a: row.a,
        b: row.b,
        result: 2 * row.result - 1,
        intents: intentsOf(facts, intents),
        ...(facts.prompt !== undefined && { mark: promptMark(facts.prompt) }),
      })
  }
  return { pairs, leftOut: leftOut.all() }
}

/** What the row says of itself, else what its prompt is recognised as; own intents of the user are no rows of the table. */
function intentsOf({ intents, intent, prompt }: ComparisonFacts, artifact: IntentArtifact): Pair['intents'] {
  const said = intents ?? (intent === undefined ? undefined : [{ intent, p: 1 }])
  const numbered = (said ?? []).flatMap(({ intent: name, p }) => {
    const number = NUMBER_OF_INTENT.get(name)
    return number !== undefined && p > 0 && p <= 1 ? [{ intent: number, p }] : []
  })
  if (numbered.length > 0 || prompt === undefined) return numbered
  return intentsOf(
    { intents: understand({ messages: [{ role: 'user', content: prompt }] }, artifact).intents, tags: {} },
    artifact,
  )
}

const NUMBER_OF_INTENT: ReadonlyMap<string, number> = new Map(INTENTS.map((intent, i) => [intent, i]))

export interface ComparedEvidence {
  /** With the models that only comparisons know. */
  readonly outcomes: Outcomes
  readonly compared: readonly Compared[]
  readonly sources: PredictorCard['sources']
  readonly leftOut: readonly LeftOut[]
}

/** A model that has no outcome is learned of from so many comparisons on; the most compared of them count. */
const LEAST_COMPARISONS = 30
const MOST_COMPARED_MODELS = 50
/** Prompts × such models, which take memory as if there were outcomes. */
const MOST_EMPTY_CELLS = 10_000_000

/**
 * Puts comparisons beside outcomes: models get their numbers, and prompts that have outcomes their rows.
 *
 * @param rowOfCall row of a recorded call's prompt, by the call's id
 * @param falls when models began to answer worse, epoch ms: what was said of them before is left out
 */
export function placePairs(
  { pairs, leftOut: before }: ReadPairs,
  outcomes: Outcomes,
  rowOfCall: ReadonlyMap<string, number>,
  falls: ReadonlyMap<string, number>,
): ComparedEvidence {
  const leftOut = leftOutList()
  for (const { why, lines, where } of before) leftOut.add(why, where[0] ?? '?', lines)
  const isOld = ({ a, b, comparedAt }: Pair) =>
    [a, b].some((model) => comparedAt < (falls.get(model) ?? -Infinity))
  const current = pairs.filter((pair) => !isOld(pair))
  if (current.length < pairs.length) leftOut.add(BEFORE_FALL, 'comparisons', pairs.length - current.length)
  const all = withModels(outcomes, modelsToAdd(current, outcomes))
  const numbers = new Map(all.models.map((model, m) => [model, m]))
  const rowOfMark = current.some(({ mark }) => mark !== undefined)
    ? new Map(all.prompts.map((prompt, row) => [promptMark(prompt), row]))
    : new Map<number, number>()
  const compared: Compared[] = []
  const used: Pair[] = []
  for (const pair of current) {
    const [a, b] = [numbers.get(pair.a), numbers.get(pair.b)]
    if (a === undefined || b === undefined) {
      leftOut.add(FEW_COMPARISONS, pair.a)
      continue
    }
    const called = pair.generations.map((id) => rowOfCall.get(id)).find((row) => row !== undefined)
    const row = called ?? (pair.mark === undefined ? undefined : rowOfMark.get(pair.mark))
    compared.push({ a, b, result: pair.result, intents: pair.intents, ...(row !== undefined && { row }) })
    used.push(pair)
  }
  const sources = used.length === 0 ? [] : [sourceOf(used)]
  return { outcomes: all, compared, sources, leftOut: leftOut.all() }
}

const FEW_COMPARISONS = `names a model without outcomes and with fewer than ${LEAST_COMPARISONS} comparisons`

function modelsToAdd(pairs: readonly Pair[], { models: known, ids }: Outcomes): readonly string[] {
  const counts = new Map<string, number>()
  for (const model of pairs.flatMap(({ a, b }) => [a, b])) counts.set(model, (counts.get(model) ?? 0) + 1)
  const measured = new Set(known)
  return [...counts]
    .filter(([model, count]) => !measured.has(model) && count >= LEAST_COMPARISONS)
    .sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1))
    .slice(0, Math.min(MOST_COMPARED_MODELS, Math.floor(MOST_EMPTY_CELLS / ids.length)))
    .map(([model]) => model)
}

/** Their number stands for prompts: each is one answered twice. */
function sourceOf(pairs: readonly Pair[]): PredictorCard['sources'][number] {
  const sha256 = createHash('sha256')
  const lines = pairs.map(({ a, b, result, intents, mark, generations }) =>
    JSON.stringify([a, b, result, intents, mark ?? generations]),
  )
  for (const line of lines.sort()) sha256.update(`${line}\n`)
  return { name: 'comparisons', sha256: sha256.digest('hex'), prompts: pairs.length }
}
