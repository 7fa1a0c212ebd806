import type { Residuals } from './member.ts'

/** Rows of numbers that trees ask about, row-major. */
export interface FeatureTable {
  readonly width: number
  readonly values: Float32Array
}

export interface Forest {
  /** For each row it was fitted on, the mean of the trees that had not seen it (out of bag). */
  readonly heldOut: Float64Array
  predict(features: FeatureTable): Float64Array
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
): Forest {
  const rows = table.values.length / table.width
  const edges = binEdges(table)
  const bins = binned(table, edges)
  const grower: Grower = {
    bins,
    width: table.width,
    models,
    residuals: Float64Array.from(values, (value) => (Number.isNaN(value) ? 0 : value)),
    random,
    histogram: new Float64Array(BINS * models),
    counts: new Int32Array(BINS),
    left: new Float64Array(models),
  }
  const trees: Tree[] = []
  const heldOut = new Float64Array(rows * models)
  const outOfBag = new Int32Array(rows)
  for (let t = 0; t < TREES; t++) {
    const bag = Int32Array.from({ length: rows }, () => Math.floor(random() * rows))
    const tree = grow(grower, bag, 0, new Float64Array(models))
    trees.push(tree)
    const seen = new Set(bag)
    for (let i = 0; i < rows; i++) {
      if (seen.has(i)) continue
      outOfBag[i]!++
      add(leafOf(tree, bins, i * table.width), heldOut, i * models)
    }
  }
  for (let cell = 0; cell < heldOut.length; cell++)
    heldOut[cell]! /= Math.max(1, outOfBag[Math.floor(cell / models)]!)
  return { heldOut, predict: (asked) => average(trees, binned(asked, edges), asked.width, models) }
}

type Tree =
  | { readonly leaf: Float64Array }
  /** Rows whose bin of the feature is at most `bin` go left. */
  | { readonly feature: number; readonly bin: number; readonly left: Tree; readonly right: Tree }

interface Grower {
  readonly bins: Uint8Array
  readonly width: number
  readonly models: number
  readonly residuals: Float64Array
  readonly random: () => number
  /** Working memory. */
  readonly histogram: Float64Array
  readonly counts: Int32Array
  readonly left: Float64Array
}

function grow(grower: Grower, rows: Int32Array, depth: number, parent: Float64Array): Tree {
  const { models, bins, width } = grower
  const sums = sumsOf(grower, rows)
  const mean = sums.map((sum, m) => (sum + PSEUDO_ROWS * parent[m]!) / (rows.length + PSEUDO_ROWS))
  if (depth === MOST_DEPTH || rows.length < 2 * LEAST_ROWS) return { leaf: mean }
  let best = { gain: squares(sums, models) / rows.length + SMALLEST_GAIN, feature: -1, bin: 0 }
  for (let tries = Math.ceil(width * FEATURE_SHARE); tries > 0; tries--)
    best = bestSplit(grower, rows, Math.floor(grower.random() * width), sums, best)
  const { feature, bin } = best
  if (feature < 0) return { leaf: mean }
  const isLeft = (row: number) => bins[row * width + feature]! <= bin
  return {
    feature,
    bin,
    left: grow(grower, rows.filter(isLeft), depth + 1, mean),
    right: grow(
      grower,
      rows.filter((row) => !isLeft(row)),
      depth + 1,
      mean,
    ),
  }
}

const SMALLEST_GAIN = 1e-9

interface Split {
  /** Σ over both sides and all models of (sum of residuals)² / rows. */
  readonly gain: number
  readonly feature: number
  readonly bin: number
}

/** The better of `best` and the best split by one feature. */
function bestSplit(
  grower: Grower,
  rows: Int32Array,
  feature: number,
  sums: Float64Array,
  best: Split,
): Split {
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

/** The bin of every value: how many of its feature's edges are at or below it. */
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

function average(trees: readonly Tree[], bins: Uint8Array, width: number, models: number): Float64Array {
  const rows = bins.length / width
  const out = new Float64Array(rows * models)
  for (let i = 0; i < rows; i++) for (const tree of trees) add(leafOf(tree, bins, i * width), out, i * models)
  return out.map((sum) => sum / trees.length)
}

function leafOf(tree: Tree, bins: Uint8Array, at: number): Float64Array {
  let node = tree
  while (!('leaf' in node)) node = bins[at + node.feature]! <= node.bin ? node.left : node.right
  return node.leaf
}

function add(from: Float64Array, to: Float64Array, at: number): void {
  for (let m = 0; m < from.length; m++) to[at + m]! += from[m]!
}
