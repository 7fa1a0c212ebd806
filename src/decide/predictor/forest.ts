/**
 * Trees that predict all models at once, laid out as arrays. Node n asks whether feature[n] is below threshold[n]: if so
 * the next node is n + 1, else right[n]; a node whose feature is −1 is a leaf, and right[n] is its row of `leaves`.
 */
export interface Forest {
  /** Where each tree begins. */
  readonly roots: Int32Array
  readonly feature: Int16Array
  readonly threshold: Float32Array
  readonly right: Int32Array
  /** Quality above the model's mean, leaves × models. */
  readonly leaves: Float32Array
}

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
export function leafOf(
  { feature, threshold, right }: Forest,
  root: number,
  features: Float32Array,
  from: number,
): number {
  let node = root
  for (let asked = feature[node]!; asked >= 0; asked = feature[node]!)
    node = features[from + asked]! < threshold[node]! ? node + 1 : right[node]!
  return right[node]!
}
