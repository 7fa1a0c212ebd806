import { MeritorderError } from '../../errors.ts'
import { replaceFileWith } from '../../replace-file.ts'
import { type JsonLine, jsonLines } from './json-lines.ts'
import { type LeftOut, type LeftOutList, leftOutList } from './left-out.ts'

/** What an import has written. */
export interface Imported {
  readonly prompts: number
  readonly outcomes: number
  /** Sorted. */
  readonly models: readonly string[]
  readonly leftOut: readonly LeftOut[]
}

/**
 * Writes the points and targets of Pulze's open router (github.com/pulzeai-oss/knn-router) as a file of outcomes: each
 * point becomes a prompt, its category the task, and the scores of its targets the qualities. Embeddings are dropped: a
 * predictor has a text space of its own. Lines that cannot be used are left out, and said to be.
 *
 * @param out replaced as a whole, or not at all; packed when its name ends in `.gz`
 * @param absentIsZero whether a target that a point does not name counts as 0 there, as Pulze's router counts it, and not
 *   as unknown
 * @throws MeritorderError `invalid_request` when a file cannot be read or nothing in them can be used
 */
export async function importPulze(
  points: string,
  targets: string,
  out: string,
  absentIsZero = false,
): Promise<Imported> {
  const leftOut = leftOutList()
  const scored = await scoredPoints(jsonLines(targets), leftOut)
  const all = [...new Set(Array.from(scored.values(), ({ scores }) => [...scores.keys()]).flat())].sort()
  const models = new Set<string>()
  const written = { prompts: 0, outcomes: 0 }
  async function* lines() {
    for await (const { id, task, prompt, scores } of joined(jsonLines(points), scored, leftOut)) {
      const named = absentIsZero ? all : [...scores.keys()]
      written.prompts++
      written.outcomes += named.length
      for (const model of named) models.add(model)
      const outcomes = named.map((model) => [model, { quality: scores.get(model) ?? 0 }])
      yield `${JSON.stringify({ id, task, prompt, outcomes: Object.fromEntries(outcomes) })}\n`
    }
    if (written.prompts === 0) throw nothing(points, leftOut.all())
  }
  await replaceFileWith(out, lines())
  return { ...written, models: [...models].sort(), leftOut: leftOut.all() }
}

/** Where a point's first target stands, and its targets' scores. */
interface ScoredPoint {
  readonly where: string
  readonly scores: Map<string, number>
}

async function scoredPoints(
  targets: AsyncIterable<JsonLine>,
  leftOut: LeftOutList,
): Promise<Map<string, ScoredPoint>> {
  const scored = new Map<string, ScoredPoint>()
  for await (const { where, value } of targets) {
    const { point_uid: id, target, score } = value ?? {}
    if (value === undefined) leftOut.add('is no JSON object', where)
    else if (!isText(id)) leftOut.add('has no "point_uid"', where)
    else if (!isText(target)) leftOut.add('has no "target"', where)
    else if (!isQuality(score)) leftOut.add('has a "score" that is no number from 0 to 1', where)
    else {
      const point = scored.get(id) ?? { where, scores: new Map() }
      if (point.scores.has(target)) leftOut.add('scores a target of its point again', where)
      else point.scores.set(target, score)
      scored.set(id, point)
    }
  }
  return scored
}

interface JoinedPoint {
  readonly id: string
  readonly task: string | undefined
  readonly prompt: string
  readonly scores: ReadonlyMap<string, number>
}

/** Empties `scored`. */
async function* joined(
  points: AsyncIterable<JsonLine>,
  scored: Map<string, ScoredPoint>,
  leftOut: LeftOutList,
): AsyncGenerator<JoinedPoint> {
  const seen = new Set<string>()
  for await (const { where, value } of points) {
    const { point_uid: id, category, utterance: prompt } = value ?? {}
    if (value === undefined) leftOut.add('is no JSON object', where)
    else if (!isText(id)) leftOut.add('has no "point_uid"', where)
    else if (seen.has(id)) leftOut.add('has the "point_uid" of a point before', where)
    else {
      seen.add(id)
      const point = scored.get(id)
      scored.delete(id)
      if (!isText(prompt)) leftOut.add('has no "utterance": the text is needed, and not the embedding', where)
      else if (point === undefined) leftOut.add('is a point without a usable target', where)
      else yield { id, task: isText(category) ? category : undefined, prompt, scores: point.scores }
    }
  }
  for (const { where, scores } of scored.values())
    leftOut.add('names a "point_uid" that no point has', where, scores.size)
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== ''
}

function isQuality(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= 1
}

function nothing(points: string, leftOut: readonly LeftOut[]): MeritorderError {
  const [first] = leftOut
  const most = first === undefined ? 'It is empty' : `Most often a line ${first.why} (${first.where[0]})`
  return new MeritorderError(
    'invalid_request',
    `${points} holds no point with a text and a score. ${most}; see docs/import.md.`,
    { limit: 'points' },
  )
}
