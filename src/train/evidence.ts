import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { MeritorderError } from '../errors.ts'
import { type JsonLine, jsonLines } from '../learn/import/json-lines.ts'
import { type LeftOut, type LeftOutList, leftOutList } from '../learn/import/left-out.ts'
import { type Outcomes, outcomesOf, promptOf, readOutcomes, uniteOutcomes } from '../learn/outcomes.ts'
import type { Compared } from '../learn/predictor/compared.ts'
import { createRatedOutcomes, promptIdOf, type RatedCall } from '../learn/rated-outcomes.ts'
import type { PredictorCard } from '../learned/predictor-file.ts'
import type { IntentArtifact } from '../understand/artifact.ts'
import { placePairs, readPairs } from './compared-evidence.ts'
import { ratedCallOf } from './rated-call.ts'
import { readStory, type Story } from './replay-call.ts'
import { BEFORE_FALL, fallsIn, IS_SIMULATED } from './stale-calls.ts'

/** A recorded and rated call. */
export interface LoggedCall {
  /** Its prompt, as a row of the outcomes. */
  readonly row: number
  /** Epoch ms. */
  readonly at: number
  readonly id: string
  readonly story: Story
}

/** All that a predictor is trained on, and tried on. */
export interface Evidence {
  /** The prompts of files, then those of the ledger. */
  readonly outcomes: Outcomes
  /** So many rows are of files. */
  readonly fileRows: number
  /** By time. */
  readonly calls: readonly LoggedCall[]
  /** Which of two answers was better, as recorded and imported. */
  readonly compared: readonly Compared[]
  readonly sources: PredictorCard['sources']
  /** Recorded calls that nothing could be learned from. */
  readonly leftOut: readonly LeftOut[]
  /** Comparisons of which the same is true. */
  readonly comparisonsLeftOut: readonly LeftOut[]
}

/** Memory for what is learned from is bounded: the newest calls count. */
const MOST_CALLS = 50_000
const MOST_CHARACTERS = 256 * 1024 * 1024

/** What was recorded, newest first. */
export interface Records {
  /** Whole rated calls, as `GET /v1/generations` tells them. */
  readonly stories: AsyncIterable<unknown>
  /** As `GET /v1/comparisons` tells them. */
  readonly comparisons: AsyncIterable<JsonLine>
}

/** Where else evidence is, and how it is read. */
export interface EvidenceOptions {
  /** Files of outcomes, and of comparisons. */
  readonly outcomes: readonly string[]
  readonly comparisons: readonly string[]
  readonly intents: IntentArtifact
  /** Whether the market sells simulated answers, so that these are learned from. */
  readonly isPractice: boolean
}

/**
 * Puts files of outcomes, rated calls and comparisons together. What was said of a model before it began to answer worse
 * is left out, and so is what was said of simulated answers where the market is a real one.
 *
 * @throws MeritorderError `not_found` when there is nothing to learn from, `invalid_request` when all of it is about one
 *   model or a file is not one of outcomes
 */
export async function gatherEvidence(
  { stories, comparisons }: Records,
  options: EvidenceOptions,
): Promise<Evidence> {
  const { intents, isPractice } = options
  const ledger = await readLedger(stories, isPractice)
  const parts = options.outcomes.map((path) => readOutcomes(path))
  const fileRows = parts.reduce((sum, { ids }) => sum + ids.length, 0)
  const sources: PredictorCard['sources'] = options.outcomes.map((path, i) => ({
    name: basename(path),
    sha256: createHash('sha256').update(readFileSync(path)).digest('hex'),
    prompts: parts[i]!.ids.length,
  }))
  if (ledger.lines.length > 0) {
    parts.push(outcomesOf(ledger.lines, 'ledger'))
    sources.push(ledgerSource(ledger))
  }
  if (parts.length === 0) {
    const compared = await hasAny(allComparisons(comparisons, options.comparisons))
    throw nothingRated(ledger.leftOut, compared)
  }
  const rowOf = new Map(ledger.lines.map(({ id }, i) => [id, fileRows + i]))
  const calls = ledger.calls.map(({ promptId, ...call }) => ({ ...call, row: rowOf.get(promptId)! }))
  const placed = placePairs(
    await readPairs(allComparisons(comparisons, options.comparisons), intents, isPractice),
    uniteOutcomes(parts),
    new Map(calls.map(({ id, row }) => [id, row])),
    ledger.falls,
  )
  const { outcomes, compared } = placed
  if (outcomes.models.length < 2)
    throw new MeritorderError(
      'invalid_request',
      `Only one model, ${outcomes.models[0]}, has outcomes: there is nothing to choose from. Let your policy explore (docs/routing.md), or add outcomes of others with --data.`,
      { limit: 'data' },
    )
  return {
    outcomes,
    fileRows,
    calls,
    compared,
    sources: [...sources, ...placed.sources],
    leftOut: ledger.leftOut,
    comparisonsLeftOut: placed.leftOut,
  }
}

/** What was recorded counts before what was imported. */
async function* allComparisons(
  recorded: AsyncIterable<JsonLine>,
  files: readonly string[],
): AsyncGenerator<JsonLine> {
  yield* recorded
  for (const file of files) yield* jsonLines(file)
}

async function hasAny(lines: AsyncIterable<unknown>): Promise<boolean> {
  for await (const _ of lines) return true
  return false
}

function nothingRated(leftOut: readonly LeftOut[], hasComparisons: boolean): MeritorderError {
  const [most] = leftOut
  const why =
    most === undefined
      ? 'no recorded call has a thumb or a score, and no file of outcomes was named'
      : `no file of outcomes was named, and of the rated calls most (${most.lines}) were left out: each ${most.why}`
  const compared = hasComparisons
    ? ' Comparisons alone do not do: they say who is ahead, not how good an answer is. They rank (meritorder leaderboard), move a running gateway at once, and count here beside the first rating or outcome.'
    : ''
  return new MeritorderError(
    'not_found',
    `There is nothing to learn from: ${why}. docs/feedback.md says how to rate.${compared}`,
  )
}

type Ledger = Awaited<ReturnType<typeof readLedger>>

async function readLedger(stories: AsyncIterable<unknown>, isPractice: boolean) {
  const leftOut = leftOutList()
  const read = await readRatedCalls(stories, isPractice, leftOut)
  const byTime = read.sort((a, b) => a.at - b.at || compare(a.id, b.id))
  const falls = fallsIn(byTime.map(({ at, story, rated }) => ({ at, story, quality: rated.quality })))
  const outcomes = createRatedOutcomes()
  const calls: (Omit<LoggedCall, 'row'> & { promptId: string })[] = []
  for (const { id, at, story, rated } of byTime) {
    if (at < (falls.get(rated.model) ?? -Infinity)) {
      leftOut.add(BEFORE_FALL, id)
      continue
    }
    outcomes.add(rated)
    calls.push({ id, at, story, promptId: promptIdOf(rated.messages) })
  }
  const lines = outcomes.lines().sort((a, b) => compare(a.id, b.id))
  return { lines, calls, falls, leftOut: leftOut.all() }
}

interface RatedLoggedCall extends Omit<LoggedCall, 'row'> {
  readonly rated: RatedCall
}

async function readRatedCalls(
  stories: AsyncIterable<unknown>,
  isPractice: boolean,
  leftOut: LeftOutList,
): Promise<RatedLoggedCall[]> {
  const calls: RatedLoggedCall[] = []
  let characters = 0
  for await (const value of stories) {
    const rated = ratedCallOf(value)
    const story = readStory(value)
    const id = idOf(value)
    if (typeof rated === 'string') leftOut.add(rated, id)
    else if (story === undefined) leftOut.add('was recorded by another version in another form', id)
    else if (story.simulated && !isPractice) leftOut.add(IS_SIMULATED, id)
    else {
      const text = promptOf({ messages: rated.messages })
      if (text === undefined) {
        leftOut.add('has no text in its prompt', id)
        continue
      }
      characters += text.length
      // Newest first: what comes now is older still.
      if (calls.length === MOST_CALLS || characters > MOST_CHARACTERS) {
        leftOut.add(`is older than the newest ${calls.length} that memory is meant to hold`, id)
        break
      }
      calls.push({ id, at: Date.parse(story.created_at), story, rated })
    }
  }
  return calls
}

function ledgerSource({ lines, calls }: Ledger): PredictorCard['sources'][number] {
  const sha256 = createHash('sha256')
  for (const line of lines) sha256.update(`${JSON.stringify(line)}\n`)
  const time = (call: { at: number } | undefined) => new Date(call?.at ?? 0).toISOString()
  return {
    name: 'ledger',
    sha256: sha256.digest('hex'),
    prompts: lines.length,
    from: time(calls[0]),
    to: time(calls.at(-1)),
  }
}

function idOf(story: unknown): string {
  return typeof story === 'object' && story !== null && 'id' in story ? String(story.id) : '?'
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
