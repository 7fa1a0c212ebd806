/**
 * Trees that predict all models at once. A node is three numbers side by side, so that asking it touches one place in
 * memory: the feature it asks about, a threshold, and a node. Below the threshold the next node is the one that follows,
 * else the one named. A node whose feature is −1 is a leaf, and names its row of `leaves`.
 */
export interface Forest {
  /** Where each tree begins. */
  readonly roots: Int32Array
  /** nodes × NODE_WIDTH; whole numbers below 2²⁴ are exact in them. */
  readonly nodes: Float32Array
  /** Quality above the model's mean, leaves × models. */
  readonly leaves: Float32Array
}

/** Numbers of a node. */
export const NODE_WIDTH = 3
/** The feature of a leaf. */
export const LEAF = -1

/** What the trees say on average of a row of features: quality above each model's mean. */
export function sayOfForest(forest: Forest, features: Float32Array, models: number): Float64Array {
  const { roots, leaves } = forest
  const say = new Float64Array(models)
  for (const root of roots) {
    const at = leafOf(forest, root, features, 0) * models
    for (let m = 0; m < models; m++) say[m]! += leaves[at + m]!
  }
  for (let m = 0; m < models; m++) say[m]! /= roots.length
  return say
}

/** The leaf that one tree leads a row of features to; the row begins at `from`. */
export function leafOf({ nodes }: Forest, root: number, features: Float32Array, from: number): number {
  let at = NODE_WIDTH * root
  for (let asked = nodes[at]!; asked !== LEAF; asked = nodes[at]!)
    at = features[from + asked]! < nodes[at + 1]! ? at + NODE_WIDTH : NODE_WIDTH * nodes[at + 2]!
  return nodes[at + 2]!
}
