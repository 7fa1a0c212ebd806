import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { MeritorderError } from '../errors.ts'
import { jsonLines } from '../learn/import/json-lines.ts'
import { type LeftOut, leftOutList } from '../learn/import/left-out.ts'
import type { JudgedPair } from '../learn/judge/agreement.ts'
import { type Judged, judgePair } from '../learn/judge/judge.ts'
import { replaceFileWith } from '../replace-file.ts'
import { askJudge } from './ask-judge.ts'
import { type ComparisonLine, comparisonLine, judgedBefore, type PairLine, readPair } from './judge-line.ts'

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

/** Judges every pair of a file that was not judged before, and writes all comparisons, old and new, in the file's order. */
export async function judgeFile(work: JudgeWork): Promise<JudgedFile> {
  const known = await linesBefore(work.out)
  const leftOut = leftOutList()
  const todo: (PairLine & { readonly hash: string })[] = []
  /** In the file's order. */
  const hashes = new Set<string>()
  for await (const { where, value } of jsonLines(work.data)) {
    const pair = value === undefined ? 'is no JSON object' : readPair(value, where)
    if (typeof pair === 'string') {
      leftOut.add(pair, where)
      continue
    }
    const hash = hashOf(work, pair)
    if (hashes.has(hash)) leftOut.add('repeats a pair', where)
    else {
      hashes.add(hash)
      if (!known.has(hash)) todo.push({ ...pair, hash })
    }
  }
  const before = hashes.size - todo.length
  const { costUsd, stopped } = await judgeAll(work, todo, (pair, judged) => {
    if (judged.kind === 'unreadable') leftOut.add('got no verdict that can be read', pair.where)
    else known.set(pair.hash, comparisonLine(pair, judged, pair.hash, work.model))
    work.tell(known.size)
  })
  const lines = [...hashes].flatMap((hash) => known.get(hash) ?? [])
  await replaceFileWith(work.out, textOf(lines))
  return {
    pairs: lines.map(judgedBefore),
    before,
    costUsd,
    leftOut: leftOut.all(),
    ...(stopped !== undefined && { stopped }),
  }
}

/** A few at a time; ends early when the judge has cost too much or does not answer. */
async function judgeAll(
  { atOnce, maxCost, rubric, ...judge }: JudgeWork,
  todo: readonly (PairLine & { readonly hash: string })[],
  take: (pair: PairLine & { readonly hash: string }, judged: Judged) => void,
): Promise<{ costUsd: number; stopped?: string }> {
  let costUsd = 0
  let failures = 0
  let stopped: string | undefined
  const queue = [...todo]
  const worker = async () => {
    for (let pair = queue.shift(); pair !== undefined && stopped === undefined; pair = queue.shift()) {
      try {
        const judged = await judgePair(pair, { ask: askJudge(judge), rubric })
        failures = 0
        costUsd += judged.costUsd
        take(pair, judged)
        if (costUsd >= maxCost && queue.length > 0)
          stopped = `The judge has cost ${costUsd.toFixed(4)} USD of the ${maxCost} allowed; ${queue.length} pairs are left. Run it again with a higher --max-cost.`
      } catch (error) {
        if (!(error instanceof MeritorderError)) throw error
        queue.unshift(pair)
        failures++
        if (failures >= FAILURES_IN_A_ROW || isFinal(error))
          stopped = `The judge does not answer: ${error.message} ${queue.length} pairs are left; run it again.`
      }
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return { costUsd, ...(stopped !== undefined && { stopped }) }
}

/** Asking again would bring the same. */
function isFinal({ code }: MeritorderError): boolean {
  return code === 'not_found' || code === 'authentication' || code === 'permission_denied'
}

async function linesBefore(out: string): Promise<Map<string, ComparisonLine>> {
  const known = new Map<string, ComparisonLine>()
  if (!existsSync(out)) return known
  for await (const { value } of jsonLines(out))
    if (typeof value?.judged === 'string') known.set(value.judged, value as unknown as ComparisonLine)
  return known
}

/** Names a pair, its rubric and its judge: the same are judged once. */
function hashOf({ model, rubric }: JudgeWork, { prompt, a, b }: PairLine): string {
  return createHash('sha256')
    .update(JSON.stringify([model, rubric, prompt, a, b]))
    .digest('hex')
    .slice(0, 32)
}

async function* textOf(lines: readonly ComparisonLine[]): AsyncGenerator<string> {
  for (const line of lines) yield `${JSON.stringify(line)}\n`
}
