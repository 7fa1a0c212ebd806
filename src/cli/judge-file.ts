import { createHash } from 'node:crypto'
import { appendFileSync, existsSync, mkdirSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { MeritorderError } from '../errors.ts'
import { replaceFileWith } from '../files/replace-file.ts'
import { jsonLines } from '../learn/import/json-lines.ts'
import { type LeftOut, type LeftOutList, leftOutList } from '../learn/import/left-out.ts'
import type { JudgedPair } from '../learn/judge/agreement.ts'
import { type Judged, type JudgeOptions, judgePair } from '../learn/judge/judge.ts'
import { askJudge } from './ask-judge.ts'
import {
  type ComparisonLine,
  comparisonLine,
  isComparisonLine,
  judgedPair,
  type PairLine,
  readPair,
} from './judge-line.ts'

export interface JudgeWork {
  readonly data: string
  readonly out: string
  readonly model: string
  readonly rubric: string
  readonly url: string
  readonly key?: string
  readonly maxCost: number
  readonly atOnce: number
  readonly tell: (pairs: number) => void
}

export interface JudgedFile {
  readonly pairs: readonly JudgedPair[]
  /** Judged in an earlier run, found in the file. */
  readonly before: number
  readonly costUsd: number
  readonly leftOut: readonly LeftOut[]
  /** Why not all was judged. */
  readonly stopped?: string
}

/** A judge that fails so often in a row is down. */
const FAILURES_IN_A_ROW = 3

type Todo = PairLine & { readonly hash: string }

/**
 * Judges every pair of a file that was not judged before, and writes all comparisons, old and new, in the file's order,
 * behind those of other runs. What is judged is kept beside the output at once: a run that is killed loses nothing paid.
 */
export async function judgeFile(work: JudgeWork): Promise<JudgedFile> {
  const kept = `${work.out}.part`
  const { known, others } = await linesBefore(work.out, kept)
  const leftOut = leftOutList()
  const { hashes, todo } = await pairsOf(work, leftOut)
  // Nothing is paid for what could not be kept.
  mkdirSync(dirname(kept), { recursive: true })
  appendFileSync(kept, '')
  const unknown = todo.filter(({ hash }) => !known.has(hash))
  const { costUsd, stopped } = await judgeAll(work, unknown, (pair, judged) => {
    if (typeof judged === 'string') leftOut.add(judged, pair.where)
    else {
      const line = comparisonLine(pair, judged, pair.hash, work.model)
      // A line begins on its own, whatever a killed run left before it.
      appendFileSync(kept, `\n${JSON.stringify(line)}`)
      known.set(pair.hash, line)
    }
    work.tell(known.size)
  })
  const lines = [...hashes].flatMap((hash) => known.get(hash) ?? [])
  const fromOtherRuns = [...known.values()].filter(({ judged }) => !hashes.has(judged))
  await replaceFileWith(work.out, textOf([...others, ...fromOtherRuns, ...lines]))
  rmSync(kept, { force: true })
  return {
    pairs: lines.map(judgedPair),
    before: hashes.size - unknown.length,
    costUsd,
    leftOut: leftOut.all(),
    ...(stopped !== undefined && { stopped }),
  }
}

/** Every pair of the file once, in its order. */
async function pairsOf(
  work: JudgeWork,
  leftOut: LeftOutList,
): Promise<{ hashes: Set<string>; todo: Todo[] }> {
  const hashes = new Set<string>()
  const todo: Todo[] = []
  for await (const { where, value } of jsonLines(work.data)) {
    const pair = value === undefined ? 'is no JSON object' : readPair(value, where)
    if (typeof pair === 'string') {
      leftOut.add(pair, where)
      continue
    }
    const hash = hashOf(work, pair)
    if (hashes.has(hash)) leftOut.add('repeats a pair', where)
    else todo.push({ ...pair, hash })
    hashes.add(hash)
  }
  return { hashes, todo }
}

/** A few at a time; ends early when the judge has cost too much or does not answer. */
async function judgeAll(
  { atOnce, maxCost, rubric, ...judge }: JudgeWork,
  todo: readonly Todo[],
  take: (pair: Todo, judged: Judged | string) => void,
): Promise<{ costUsd: number; stopped?: string }> {
  let costUsd = 0
  let failures = 0
  let stopped: string | undefined
  const queue = [...todo]
  const askOnce = askJudge(judge)
  /** Every reply has its price, that of a pair whose other order fails too. */
  const ask: JudgeOptions['ask'] = async (messages) => {
    const reply = await askOnce(messages)
    costUsd += reply.costUsd
    return reply.text
  }
  const worker = async () => {
    while (stopped === undefined) {
      const pair = queue.shift()
      if (pair === undefined) return
      if (costUsd >= maxCost) {
        queue.unshift(pair)
        stopped = `The judge has cost ${costUsd.toFixed(4)} USD of the ${maxCost} allowed; ${queue.length} pairs are left. Run it again with a higher --max-cost.`
        return
      }
      try {
        take(pair, (await judgePair(pair, { ask, rubric })) ?? 'got no verdict that can be read')
        failures = 0
      } catch (error) {
        if (!(error instanceof MeritorderError)) throw error
        if (isAboutPair(error)) take(pair, `was refused by the judge's model (${error.message})`)
        else {
          queue.unshift(pair)
          failures++
          if (failures >= FAILURES_IN_A_ROW || isFinal(error))
            stopped = `The judge does not answer: ${error.message} ${queue.length} pairs are left; run it again.`
        }
      }
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return { costUsd, ...(stopped !== undefined && { stopped }) }
}

/** Another pair may fare better: this one is too long, or unwanted. */
function isAboutPair({ status }: MeritorderError): boolean {
  return status === 400 || status === 413 || status === 422
}

/** Asking again would bring the same. */
function isFinal({ status }: MeritorderError): boolean {
  return status === 401 || status === 402 || status === 403 || status === 404
}

interface LinesBefore {
  /** By what was judged. */
  readonly known: Map<string, ComparisonLine>
  /** Comparisons that no judge of ours made: they stay. */
  readonly others: readonly Readonly<Record<string, unknown>>[]
}

/** What the output holds, and what a run that was killed had judged; the last line of that may be torn. */
async function linesBefore(out: string, kept: string): Promise<LinesBefore> {
  const known = new Map<string, ComparisonLine>()
  const others: Readonly<Record<string, unknown>>[] = []
  for (const path of [out, kept]) {
    if (!existsSync(path)) continue
    for await (const { value, where } of jsonLines(path)) {
      if (isComparisonLine(value)) known.set(value.judged, value)
      else if (path === kept) continue
      else if (value !== undefined) others.push(value)
      else
        throw new MeritorderError(
          'invalid_request',
          `${where} is no comparison, and would be lost: name another file to write to.`,
          { limit: 'out' },
        )
    }
  }
  return { known, others }
}

/** Names a pair, its models, its rubric and its judge: the same are judged once. */
function hashOf({ model, rubric }: JudgeWork, { prompt, a, b, source }: PairLine): string {
  return createHash('sha256')
    .update(JSON.stringify([model, rubric, prompt, source.model_a, a, source.model_b, b]))
    .digest('hex')
    .slice(0, 32)
}

async function* textOf(lines: readonly object[]): AsyncGenerator<string> {
  for (const line of lines) yield `${JSON.stringify(line)}\n`
}
