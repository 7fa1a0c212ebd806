import { MeritorderError } from '../../errors.ts'
import type { Importer } from './importer.ts'
import type { LeftOutList } from './left-out.ts'
import { type Row, rowsOf } from './rows.ts'

/**
 * Points and targets of Pulze's open router (github.com/pulzeai-oss/knn-router): each point becomes a prompt, its
 * category the task, and the scores of its targets the qualities. Embeddings are dropped: a predictor has a text space of
 * its own.
 */
export const pulze: Importer = {
  name: 'pulze',
  what: "points and targets of Pulze's open router: two files, in this order",
  kind: 'outcomes',
  takes: ['absentIsZero'],
  async *lines([points, targets, ...others], { absentIsZero }, leftOut) {
    if (points === undefined || targets === undefined || others.length > 0) throw twoFiles()
    const scored = await scoredPoints(rowsOf(targets), leftOut)
    const all = [...new Set(Array.from(scored.values(), ({ scores }) => [...scores.keys()]).flat())].sort()
    for await (const { id, task, prompt, scores } of joined(rowsOf(points), scored, leftOut)) {
      const named = absentIsZero === true ? all : [...scores.keys()]
      const outcomes = Object.fromEntries(named.map((model) => [model, { quality: scores.get(model) ?? 0 }]))
      yield { id, ...(task !== undefined && { task }), prompt, outcomes }
    }
  },
}

function twoFiles(): MeritorderError {
  return new MeritorderError(
    'invalid_request',
    'Two files are needed, the points and then the targets: import pulze points.jsonl targets.jsonl',
    { limit: 'data' },
  )
}

/** Where a point's first target stands, and its targets' scores. */
interface ScoredPoint {
  readonly where: string
  readonly scores: Map<string, number>
}

async function scoredPoints(
  targets: AsyncIterable<Row>,
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
  points: AsyncIterable<Row>,
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
