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
/** What a split is judged by and chosen from, and what a tree learns from: bounds for files of many models or prompts. */
const MOST_TARGETS = 20
const MOST_TRIES = 64
const MOST_ROWS = 8_000

/**
 * A random forest (Breiman 2001) that predicts all models at once: a split is the one that explains the most variance
 * summed over the models, so that trees find the kinds of prompts on which models differ, and each leaf holds the mean
 * of every model there, shrunk towards its parent's. Unknown outcomes count as 0, the model's mean. Of many models each
 * tree's splits see random mixtures (Joly, Geurts, Wehenkel 2014: random forests with random projections of the output space).
 */
export function fitForest(
  table: FeatureTable,
  { models, values }: Pick<Residuals, 'models' | 'values'>,
  random: () => number,
): Member<Forest> {
  const rows = table.values.length / table.width
  const edges = binEdges(table)
  const residuals = { width: models, values: values.map((value) => (Number.isNaN(value) ? 0 : value)) }
  const grower: Omit<Grower, 'targets'> = {
    edges,
    bins: binned(table, edges),
    width: table.width,
    residuals,
    random,
    histogram: new Float64Array(BINS * Math.min(models, MOST_TARGETS)),
    counts: new Int32Array(BINS),
    left: new Float64Array(Math.min(models, MOST_TARGETS)),
    nodes: [],
    leaves: [],
  }
  const bags: Set<number>[] = []
  const roots = Int32Array.from({ length: TREES }, () => {
    const bag = Int32Array.from({ length: Math.min(rows, MOST_ROWS) }, () => Math.floor(random() * rows))
    bags.push(new Set(bag))
    const targets = models > MOST_TARGETS ? mixtures(residuals, random) : residuals
    return grow({ ...grower, targets }, bag, 0, new Float64Array(models))
  })
  const forest = {
    roots,
    nodes: Float32Array.from(grower.nodes),
    leaves: Float32Array.from(grower.leaves),
  }
  return { heldOut: outOfBag(forest, bags, table, models), fitted: forest }
}

/** Sums of each row's residuals with random signs. */
function mixtures({ width, values }: Targets, random: () => number): Targets {
  const signs = Float64Array.from({ length: width * MOST_TARGETS }, () => (random() < 0.5 ? -1 : 1))
  const mixed = new Float64Array((values.length / width) * MOST_TARGETS)
  for (const [cell, value] of values.entries()) {
    if (value === 0) continue
    const row = Math.floor(cell / width) * MOST_TARGETS
    const of = (cell % width) * MOST_TARGETS
    for (let t = 0; t < MOST_TARGETS; t++) mixed[row + t]! += signs[of + t]! * value
  }
  return { width: MOST_TARGETS, values: mixed }
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

/** Numbers of each row, row-major. */
interface Targets {
  readonly width: number
  readonly values: Float64Array
}

interface Grower {
  readonly edges: readonly Float32Array[]
  readonly bins: Uint8Array
  readonly width: number
  /** By model; leaves hold their means. */
  readonly residuals: Targets
  /** What splits explain. */
  readonly targets: Targets
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
  const { residuals, targets, bins, width, edges, nodes, leaves } = grower
  const at = nodes.length
  const node = at / NODE_WIDTH
  const sums = sumsOf(residuals, rows)
  const mean = sums.map((sum, m) => (sum + PSEUDO_ROWS * parent[m]!) / (rows.length + PSEUDO_ROWS))
  const split =
    depth === MOST_DEPTH || rows.length < 2 * LEAST_ROWS
      ? undefined
      : bestSplit(grower, rows, targets === residuals ? sums : sumsOf(targets, rows))
  if (split === undefined) {
    nodes.push(LEAF, 0, leaves.length / residuals.width)
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
  const { width, random } = grower
  let best = { gain: squares(sums) / rows.length + SMALLEST_GAIN, feature: -1, bin: 0 }
  for (let tries = Math.min(MOST_TRIES, Math.ceil(width * FEATURE_SHARE)); tries > 0; tries--)
    best = splitBy(grower, rows, Math.floor(random() * width), sums, best)
  return best.feature < 0 ? undefined : best
}

const SMALLEST_GAIN = 1e-9

interface Split {
  /** Σ over both sides and all targets of (sum of residuals)² / rows. */
  readonly gain: number
  readonly feature: number
  readonly bin: number
}

/** The better of `best` and the best split by one feature. */
function splitBy(grower: Grower, rows: Int32Array, feature: number, sums: Float64Array, best: Split): Split {
  const { bins, width, targets, histogram, counts, left } = grower
  const { width: count, values } = targets
  histogram.fill(0)
  counts.fill(0)
  for (const row of rows) {
    const bin = bins[row * width + feature]!
    counts[bin]!++
    for (let t = 0; t < count; t++) histogram[bin * count + t]! += values[row * count + t]!
  }
  left.fill(0)
  let onLeft = 0
  let found = best
  for (let bin = 0; bin < BINS - 1; bin++) {
    if (counts[bin] === 0) continue
    onLeft += counts[bin]!
    for (let t = 0; t < count; t++) left[t]! += histogram[bin * count + t]!
    const onRight = rows.length - onLeft
    if (onRight < LEAST_ROWS) break
    if (onLeft < LEAST_ROWS) continue
    let gain = 0
    for (let t = 0; t < count; t++) gain += left[t]! ** 2 / onLeft + (sums[t]! - left[t]!) ** 2 / onRight
    if (gain > found.gain) found = { gain, feature, bin }
  }
  return found
}

function sumsOf({ width, values }: Targets, rows: Int32Array): Float64Array {
  const sums = new Float64Array(width)
  for (const row of rows) for (let t = 0; t < width; t++) sums[t]! += values[row * width + t]!
  return sums
}

function squares(sums: Float64Array): number {
  let total = 0
  for (const sum of sums) total += sum ** 2
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
