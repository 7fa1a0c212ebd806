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
  const reached = leavesOf(forest, features)
  for (let tree = 0; tree < roots.length; tree++) {
    const at = reached[tree]! * models
    for (let m = 0; m < models; m++) say[m]! += leaves[at + m]!
  }
  for (let m = 0; m < models; m++) say[m]! /= roots.length
  return say
}

/**
 * The leaf that each tree leads a row of features to. A step waits for the memory that says where it leads, so four trees
 * are walked side by side and wait together.
 */
function leavesOf(forest: Forest, features: Float32Array): Int32Array {
  const { roots, nodes } = forest
  const reached = new Int32Array(roots.length)
  const quads = roots.length - (roots.length % 4)
  for (let tree = 0; tree < quads; tree += 4) {
    let a = NODE_WIDTH * roots[tree]!
    let b = NODE_WIDTH * roots[tree + 1]!
    let c = NODE_WIDTH * roots[tree + 2]!
    let d = NODE_WIDTH * roots[tree + 3]!
    let ofA = nodes[a]!
    let ofB = nodes[b]!
    let ofC = nodes[c]!
    let ofD = nodes[d]!
    while (ofA !== LEAF || ofB !== LEAF || ofC !== LEAF || ofD !== LEAF) {
      if (ofA !== LEAF) {
        a = step(nodes, a, features[ofA]!)
        ofA = nodes[a]!
      }
      if (ofB !== LEAF) {
        b = step(nodes, b, features[ofB]!)
        ofB = nodes[b]!
      }
      if (ofC !== LEAF) {
        c = step(nodes, c, features[ofC]!)
        ofC = nodes[c]!
      }
      if (ofD !== LEAF) {
        d = step(nodes, d, features[ofD]!)
        ofD = nodes[d]!
      }
    }
    reached[tree] = nodes[a + 2]!
    reached[tree + 1] = nodes[b + 2]!
    reached[tree + 2] = nodes[c + 2]!
    reached[tree + 3] = nodes[d + 2]!
  }
  for (let tree = quads; tree < roots.length; tree++)
    reached[tree] = leafOf(forest, roots[tree]!, features, 0)
  return reached
}

/** Where a node leads to that asks about this value. */
function step(nodes: Float32Array, at: number, value: number): number {
  return value < nodes[at + 1]! ? at + NODE_WIDTH : NODE_WIDTH * nodes[at + 2]!
}

/** The leaf that one tree leads a row of features to; the row begins at `from`. */
export function leafOf({ nodes }: Forest, root: number, features: Float32Array, from: number): number {
  let at = NODE_WIDTH * root
  for (let asked = nodes[at]!; asked !== LEAF; asked = nodes[at]!)
    at = step(nodes, at, features[from + asked]!)
  return nodes[at + 2]!
}
