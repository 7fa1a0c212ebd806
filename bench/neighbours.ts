/**
 * Time to find the most similar of many recorded prompts, how many of the truly nearest are among what is found, and how
 * much less similar the ten found are than those.
 *
 *   npm run bench:neighbours -- [--anchors 100000] [--asked 200] [--data outcomes.jsonl.gz …] [--json]
 *
 * Points lie in clusters of very different sizes; with --data they are the prompts of these files, in a text space that
 * was learned from some of them. Each search is timed five times and its fastest counts, so that other work on the
 * machine does not; the targets are p50 and p99 ≤ 1 ms.
 */
import { parseArgs } from 'node:util'
import { nearest } from '../src/decide/predictor/neighbours.ts'
import { readOutcomes } from '../src/learn/outcomes.ts'
import { indexNeighbours } from '../src/learn/predictor/neighbours.ts'
import { fitTextSpace } from '../src/learn/predictor/text-space.ts'
import { seededRandom, shuffle } from '../src/learn/random.ts'
import { hashedEmbedder } from '../src/understand/embedder.ts'
import type { PromptText } from '../src/understand/text.ts'

const { values } = parseArgs({
  options: {
    anchors: { type: 'string', default: '100000' },
    asked: { type: 'string', default: '200' },
    data: { type: 'string', multiple: true },
    json: { type: 'boolean', default: false },
  },
})

const REPEATS = 5
const LEARNED_FROM = 3_000
const random = seededRandom(7)
const asked = Number(values.asked)
const anchors = Number(values.anchors)
const sets = values.data === undefined ? [clustered(128), clustered(256)] : [prompts(values.data, 256)]
const reports = sets.map(measure)
console.log(values.json ? JSON.stringify(reports) : reports.map(text).join('\n'))

/** Unit-length points; the first `asked` are asked about, the others are anchors. */
interface PointSet {
  readonly name: string
  readonly width: number
  readonly points: Float32Array
}

function clustered(width: number): PointSet {
  const topics = Array.from({ length: 1_000 }, () => Array.from({ length: width }, normal))
  const points = new Float32Array((asked + anchors) * width)
  for (let i = 0; i < asked + anchors; i++) {
    const topic = topics[Math.floor(1_000 ** random()) - 1]!
    points.set(unit(topic.map((value) => value + normal())), i * width)
  }
  return { name: 'clustered', width, points }
}

function prompts(files: readonly string[], width: number): PointSet {
  const texts = new Map<string, PromptText>()
  for (const file of files) {
    const outcomes = readOutcomes(file)
    for (const [row, prompt] of outcomes.prompts.entries()) texts.set(prompt, outcomes.texts[row]!)
  }
  const shuffled = shuffle([...texts.values()], random)
  const space = hashedEmbedder('', fitTextSpace(shuffled.slice(0, LEARNED_FROM), width, random).table)
  const points = new Float32Array(shuffled.length * width)
  for (const [i, prompt] of shuffled.entries()) points.set(space.embed(prompt), i * width)
  return { name: 'prompts', width, points }
}

function measure({ name, width, points }: PointSet) {
  const known = points.subarray(asked * width)
  const buildStart = process.cpuUsage()
  const residuals = { models: 0, values: new Float64Array(0) }
  const { index, prompts: numbers } = indexNeighbours(known, width, residuals, random)
  const { user } = process.cpuUsage(buildStart)
  const times: number[] = []
  const recalls = { at10: 0, at100: 0 }
  let lost = 0
  for (let i = 0; i < asked; i++) {
    const at = points.subarray(i * width, (i + 1) * width)
    const runs = Array.from({ length: REPEATS }, () => timed(() => nearest(index, at)))
    times.push(Math.min(...runs.map(({ ms }) => ms)))
    const found = runs[0]!.result.anchors.map((anchor) => numbers[anchor]!)
    const cosines = cosinesWith(known, width, at)
    const truly = nearestBy(cosines)
    recalls.at10 += recall(found, truly, 10) / asked
    recalls.at100 += recall(found, truly, 100) / asked
    lost += (meanOf(cosines, truly, 10) - meanOf(cosines, found, 10)) / asked
  }
  times.sort((a, b) => a - b)
  return {
    points: name,
    anchors: known.length / width,
    dimensions: width,
    p50_ms: round(times[Math.floor(asked / 2)]!),
    p99_ms: round(times[Math.floor(asked * 0.99)]!),
    recall_at_10: round(recalls.at10),
    recall_at_100: round(recalls.at100),
    cosine_lost_at_10: round(lost),
    build_cpu_s: round(user / 1e6),
  }
}

function timed<T>(run: () => T): { readonly ms: number; readonly result: T } {
  const start = performance.now()
  const result = run()
  return { ms: performance.now() - start, result }
}

/** By unrounded coordinates. */
function cosinesWith(points: Float32Array, width: number, at: Float32Array): Float64Array {
  const cosines = new Float64Array(points.length / width)
  for (let i = 0; i < cosines.length; i++) {
    let sum = 0
    for (let d = 0; d < width; d++) sum += points[i * width + d]! * at[d]!
    cosines[i] = sum
  }
  return cosines
}

/** Numbers of the 100 nearest of all points. */
function nearestBy(cosines: Float64Array): readonly number[] {
  const least = cosines.toSorted().at(-100)!
  return Array.from(cosines.keys())
    .filter((i) => cosines[i]! >= least)
    .sort((a, b) => cosines[b]! - cosines[a]!)
}

/** Share of the k nearest that is among the first k found. */
function recall(found: readonly number[], truly: readonly number[], k: number): number {
  const first = new Set(found.slice(0, k))
  return truly.slice(0, k).filter((i) => first.has(i)).length / k
}

/** How similar the first k found really are. */
function meanOf(cosines: Float64Array, found: readonly number[], k: number): number {
  return found.slice(0, k).reduce((sum, i) => sum + cosines[i]!, 0) / k
}

function unit(values: readonly number[]): readonly number[] {
  const norm = Math.hypot(...values)
  return values.map((value) => value / norm)
}

function normal(): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

function round(value: number): number {
  return Number(value.toPrecision(3))
}

function text(report: ReturnType<typeof measure>): string {
  return [
    `${report.anchors} ${report.points}, ${report.dimensions} dimensions, one core`,
    `  p50 ${report.p50_ms} ms   p99 ${report.p99_ms} ms (target 1)`,
    `  recall@10 ${report.recall_at_10}   recall@100 ${report.recall_at_100}   cosine lost at 10: ${report.cosine_lost_at_10}   built in ${report.build_cpu_s} s of CPU`,
  ].join('\n')
}
