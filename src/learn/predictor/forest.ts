import { type Forest, LEAF, leafOf, NODE_WIDTH } from '../../decide/predictor/forest.ts'
import type { Member, Residuals } from './member.ts'

/** Rows of numbers that trees ask about, row-major. */
export interface FeatureTable {
  readonly width: number
  readonly values: Float32Array
}

const TREES = 100
const MOST_DEPTH = 10
const LEAST_ROWS = 15
/** Share of the features that each split may choose from. */
const FEATURE_SHARE = 0.3
/** Rows that a node's parent counts for in the node's mean. */
const PSEUDO_ROWS = 5
/** A feature is asked about at no more places than this. */
const BINS = 32

/**
 * A random forest (Breiman 2001) that predicts all models at once: a split is the one that explains the most variance
 * summed over the models, so that trees find the kinds of prompts on which models differ, and each leaf holds the mean
 * of every model there, shrunk towards its parent's. Unknown outcomes count as 0, the model's mean.
 */
export function fitForest(
  table: FeatureTable,
  { models, values }: Pick<Residuals, 'models' | 'values'>,
  random: () => number,
): Member<Forest> {
  const rows = table.values.length / table.width
  const edges = binEdges(table)
  const grower: Grower = {
    edges,
    bins: binned(table, edges),
    width: table.width,
    models,
    residuals: Float64Array.from(values, (value) => (Number.isNaN(value) ? 0 : value)),
    random,
    histogram: new Float64Array(BINS * models),
    counts: new Int32Array(BINS),
    left: new Float64Array(models),
    nodes: [],
    leaves: [],
  }
  const bags: Set<number>[] = []
  const roots = Int32Array.from({ length: TREES }, () => {
    const bag = Int32Array.from({ length: rows }, () => Math.floor(random() * rows))
    bags.push(new Set(bag))
    return grow(grower, bag, 0, new Float64Array(models))
  })
  const forest = {
    roots,
    nodes: Float32Array.from(grower.nodes),
    leaves: Float32Array.from(grower.leaves),
  }
  return { heldOut: outOfBag(forest, bags, table, models), fitted: forest }
}

/** For each row, the mean of the trees that had not seen it. */
function outOfBag(
  forest: Forest,
  bags: readonly ReadonlySet<number>[],
  { values, width }: FeatureTable,
  models: number,
): Float64Array {
  const heldOut = new Float64Array((values.length / width) * models)
  for (let i = 0; i * width < values.length; i++) {
    let trees = 0
    for (const [t, bag] of bags.entries()) {
      if (bag.has(i)) continue
      trees++
      const leaf = leafOf(forest, forest.roots[t]!, values, i * width)
      for (let m = 0; m < models; m++) heldOut[i * models + m]! += forest.leaves[leaf * models + m]!
    }
    for (let m = 0; m < models; m++) heldOut[i * models + m]! /= Math.max(1, trees)
  }
  return heldOut
}

interface Grower {
  readonly edges: readonly Float32Array[]
  readonly bins: Uint8Array
  readonly width: number
  readonly models: number
  readonly residuals: Float64Array
  readonly random: () => number
  /** Working memory. */
  readonly histogram: Float64Array
  readonly counts: Int32Array
  readonly left: Float64Array
  /** The forest so far, see `Forest`. */
  readonly nodes: number[]
  readonly leaves: number[]
}

/** Grows the tree of some rows and returns its first node. */
function grow(grower: Grower, rows: Int32Array, depth: number, parent: Float64Array): number {
  const { models, bins, width, edges, nodes, leaves } = grower
  const at = nodes.length
  const node = at / NODE_WIDTH
  const sums = sumsOf(grower, rows)
  const mean = sums.map((sum, m) => (sum + PSEUDO_ROWS * parent[m]!) / (rows.length + PSEUDO_ROWS))
  const split =
    depth === MOST_DEPTH || rows.length < 2 * LEAST_ROWS ? undefined : bestSplit(grower, rows, sums)
  if (split === undefined) {
    nodes.push(LEAF, 0, leaves.length / models)
    leaves.push(...mean)
    return node
  }
  nodes.push(split.feature, edges[split.feature]![split.bin]!, -1)
  const isLeft = (row: number) => bins[row * width + split.feature]! <= split.bin
  grow(grower, rows.filter(isLeft), depth + 1, mean)
  nodes[at + 2] = grow(
    grower,
    rows.filter((row) => !isLeft(row)),
    depth + 1,
    mean,
  )
  return node
}

/** The best split by some of the features, drawn at random; undefined when none explains anything. */
function bestSplit(grower: Grower, rows: Int32Array, sums: Float64Array): Split | undefined {
  const { width, models, random } = grower
  let best = { gain: squares(sums, models) / rows.length + SMALLEST_GAIN, feature: -1, bin: 0 }
  for (let tries = Math.ceil(width * FEATURE_SHARE); tries > 0; tries--)
    best = splitBy(grower, rows, Math.floor(random() * width), sums, best)
  return best.feature < 0 ? undefined : best
}

const SMALLEST_GAIN = 1e-9

interface Split {
  /** Σ over both sides and all models of (sum of residuals)² / rows. */
  readonly gain: number
  readonly feature: number
  readonly bin: number
}

/** The better of `best` and the best split by one feature. */
function splitBy(grower: Grower, rows: Int32Array, feature: number, sums: Float64Array, best: Split): Split {
  const { bins, width, models, residuals, histogram, counts, left } = grower
  histogram.fill(0)
  counts.fill(0)
  for (const row of rows) {
    const bin = bins[row * width + feature]!
    counts[bin]!++
    for (let m = 0; m < models; m++) histogram[bin * models + m]! += residuals[row * models + m]!
  }
  left.fill(0)
  let onLeft = 0
  let found = best
  for (let bin = 0; bin < BINS - 1; bin++) {
    if (counts[bin] === 0) continue
    onLeft += counts[bin]!
    for (let m = 0; m < models; m++) left[m]! += histogram[bin * models + m]!
    const onRight = rows.length - onLeft
    if (onRight < LEAST_ROWS) break
    if (onLeft < LEAST_ROWS) continue
    let gain = 0
    for (let m = 0; m < models; m++) gain += left[m]! ** 2 / onLeft + (sums[m]! - left[m]!) ** 2 / onRight
    if (gain > found.gain) found = { gain, feature, bin }
  }
  return found
}

function sumsOf({ models, residuals }: Grower, rows: Int32Array): Float64Array {
  const sums = new Float64Array(models)
  for (const row of rows) for (let m = 0; m < models; m++) sums[m]! += residuals[row * models + m]!
  return sums
}

function squares(sums: Float64Array, models: number): number {
  let total = 0
  for (let m = 0; m < models; m++) total += sums[m]! ** 2
  return total
}

/** Where each feature is cut into bins that hold about equally many rows. */
function binEdges({ width, values }: FeatureTable): readonly Float32Array[] {
  const rows = values.length / width
  return Array.from({ length: width }, (_, feature) => {
    const sorted = Float32Array.from({ length: rows }, (_, row) => values[row * width + feature]!).sort()
    const cuts = Array.from({ length: BINS - 1 }, (_, b) => sorted[Math.floor(((b + 1) * rows) / BINS)]!)
    return Float32Array.from(new Set(cuts))
  })
}

/** The bin of every value: how many of its feature's edges are at or below it. So bins up to b are below edge b. */
function binned({ width, values }: FeatureTable, edges: readonly Float32Array[]): Uint8Array {
  return Uint8Array.from(values, (value, cell) => {
    const cuts = edges[cell % width]!
    let low = 0
    let high = cuts.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (value >= cuts[middle]!) low = middle + 1
      else high = middle
    }
    return low
  })
}
