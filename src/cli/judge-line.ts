import { z } from 'zod'
import { comparedModels } from '../learn/compared-models.ts'
import type { JudgedPair } from '../learn/judge/agreement.ts'
import type { Judged } from '../learn/judge/judge.ts'

/** A line of a file of pairs: two answers to a prompt, and what people said of them where they did. */
export interface PairLine {
  readonly prompt: string
  readonly a: string
  readonly b: string
  readonly human?: 'a' | 'b' | 'tie'
  readonly where: string
  /** The line as it came: what we do not know of it is kept. */
  readonly source: Readonly<Record<string, unknown>>
}

const RESULT = z.enum(['a', 'b', 'tie'])

const pairLine = z.object({
  prompt: z.string().min(1),
  response_a: z.string(),
  response_b: z.string(),
  winner: RESULT.optional(),
})

/** Reads a pair, or says what is wrong with it: it completes "each line …". */
export function readPair(value: Readonly<Record<string, unknown>>, where: string): PairLine | string {
  const { data, error } = pairLine.safeParse(value)
  if (data === undefined)
    return `has no ${[...new Set(error.issues.map(({ path }) => `"${path.join('.')}"`))].join(', ')} that can be read`
  const models = comparedModels(value)
  // Whose answers they are need not be said.
  if (value.model_a !== undefined && value.model_b !== undefined && typeof models === 'string') return models
  const { prompt, response_a: a, response_b: b, winner } = data
  return { prompt, a, b, where, source: value, ...(winner !== undefined && { human: winner }) }
}

/** A judged pair as a line of comparisons (docs/leaderboards.md), with what led to it. */
export type ComparisonLine = z.output<typeof judgedLine>

export function comparisonLine(
  { source, prompt, a, b, human }: PairLine,
  { judgement, verdicts }: Judged,
  judged: string,
  judge: string,
): ComparisonLine {
  return {
    ...source,
    prompt,
    response_a: a,
    response_b: b,
    winner: judgement.winner,
    judge,
    ...(human !== undefined && { human }),
    consistent: judgement.consistent,
    verdicts: [...verdicts],
    judged,
  }
}

const verdict = z.object({ winner: z.enum(['first', 'second', 'tie']), reason: z.string() })
const judgedLine = z.looseObject({
  ...{
    prompt: z.string(),
    response_a: z.string(),
    response_b: z.string(),
    winner: RESULT,
    judge: z.string(),
  },
  ...{ consistent: z.boolean(), verdicts: z.tuple([verdict, verdict]), human: RESULT.optional() },
  judged: z.string(),
})

/** Whether a line is one that `comparisonLine` made. */
export function isComparisonLine(value: unknown): value is ComparisonLine {
  return judgedLine.safeParse(value).success
}

/** A line of comparisons that a judge wrote, for comparing the judge with people. */
export function judgedPair(line: ComparisonLine): JudgedPair {
  const { winner, consistent, verdicts, response_a, response_b, human } = line
  return {
    judgement: { winner, consistent },
    verdicts,
    lengths: { a: response_a.length, b: response_b.length },
    ...(human !== undefined && { human }),
  }
}
