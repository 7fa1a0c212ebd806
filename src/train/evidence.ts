import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { MeritorderError } from '../errors.ts'
import { type LeftOut, leftOutList } from '../learn/import/left-out.ts'
import { type Outcomes, outcomesOf, promptOf, readOutcomes, uniteOutcomes } from '../learn/outcomes.ts'
import { createRatedOutcomes, promptIdOf } from '../learn/rated-outcomes.ts'
import type { PredictorCard } from '../predictor-file.ts'
import { ratedCallOf } from './rated-call.ts'
import { readStory, type Story } from './replay-call.ts'

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
  readonly sources: PredictorCard['sources']
  /** Recorded calls that nothing could be learned from. */
  readonly leftOut: readonly LeftOut[]
}

/** Memory for what is learned from is bounded: the newest calls count. */
const MOST_CALLS = 50_000
const MOST_CHARACTERS = 256 * 1024 * 1024

/**
 * Puts files of outcomes and rated calls together.
 *
 * @param stories whole, as `GET /v1/generations` tells them, newest first
 * @throws MeritorderError `not_found` when there is nothing to learn from, `invalid_request` when all of it is about one
 *   model or a file is not one of outcomes
 */
export async function gatherEvidence(
  files: readonly string[],
  stories: AsyncIterable<unknown>,
): Promise<Evidence> {
  const ledger = await readLedger(stories)
  const parts = files.map((path) => readOutcomes(path))
  const fileRows = parts.reduce((sum, { ids }) => sum + ids.length, 0)
  const sources: PredictorCard['sources'] = files.map((path, i) => ({
    name: basename(path),
    sha256: createHash('sha256').update(readFileSync(path)).digest('hex'),
    prompts: parts[i]!.ids.length,
  }))
  if (ledger.lines.length > 0) {
    parts.push(outcomesOf(ledger.lines, 'ledger'))
    sources.push(ledgerSource(ledger))
  }
  if (parts.length === 0) throw nothingRated()
  const outcomes = uniteOutcomes(parts)
  if (outcomes.models.length < 2)
    throw new MeritorderError(
      'invalid_request',
      `Only one model, ${outcomes.models[0]}, has outcomes: there is nothing to choose from. Let your policy explore (docs/routing.md), or add outcomes of others with --data.`,
      { limit: 'data' },
    )
  const rowOf = new Map(ledger.lines.map(({ id }, i) => [id, fileRows + i]))
  const calls = ledger.calls.map(({ promptId, ...call }) => ({ ...call, row: rowOf.get(promptId)! }))
  return { outcomes, fileRows, calls, sources, leftOut: ledger.leftOut }
}

function nothingRated(): MeritorderError {
  return new MeritorderError(
    'not_found',
    'There is nothing to learn from: no recorded call has a thumb or a score, and no file of outcomes was named. docs/feedback.md says how to rate.',
  )
}

type Ledger = Awaited<ReturnType<typeof readLedger>>

async function readLedger(stories: AsyncIterable<unknown>) {
  const outcomes = createRatedOutcomes()
  const leftOut = leftOutList()
  const calls: (Omit<LoggedCall, 'row'> & { promptId: string })[] = []
  let characters = 0
  for await (const value of stories) {
    const rated = ratedCallOf(value)
    const story = readStory(value)
    const id = idOf(value)
    if (typeof rated === 'string') leftOut.add(rated, id)
    else if (story === undefined) leftOut.add('was recorded by another version in another form', id)
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
      outcomes.add(rated)
      calls.push({ id, at: Date.parse(story.created_at), story, promptId: promptIdOf(rated.messages) })
    }
  }
  return {
    lines: outcomes.lines().sort((a, b) => compare(a.id, b.id)),
    calls: calls.sort((a, b) => a.at - b.at || compare(a.id, b.id)),
    leftOut: leftOut.all(),
  }
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
