import { type Forest, LEAF, NODE_WIDTH } from '../decide/predictor/forest.ts'
import type { Predictor } from '../decide/predictor/predictor.ts'
import { MOST_ROWS } from '../understand/embedder.ts'
import { INTENTS } from '../understand/intent-names.ts'
import { SHAPE_WIDTH } from '../understand/text-shape.ts'
import type { SpaceTable } from '../understand/vector-space.ts'

/** Whether every number that points somewhere points into its table, so that no search runs astray. */
export function isSound({ models, neighbours, forest, weights }: Predictor, anchors: number): boolean {
  const { starts } = neighbours
  const ascends = starts.every((start, c) => start >= (c === 0 ? 0 : starts[c - 1]!))
  return (
    starts.length > 1 &&
    ascends &&
    starts.at(-1) === anchors &&
    isForest(forest, models.length, weights.length)
  )
}

/** The same of the space that it reads prompts in. */
export function isSpace(space: SpaceTable): boolean {
  if ('outside' in space) return space.mean.length > 0
  const { rowOf, scales } = space
  return scales.length <= MOST_ROWS && rowOf.every((row) => row < scales.length)
}

function isForest({ roots, nodes, leaves }: Forest, models: number, members: number): boolean {
  const count = nodes.length / NODE_WIDTH
  // It is itself one of the members, and asks about what the others say.
  const asked = SHAPE_WIDTH + INTENTS.length + (members - 1) * models
  const isIn = (number: number, from: number, to: number) =>
    Number.isInteger(number) && number >= from && number < to
  const isNode = (n: number) => {
    const feature = nodes[NODE_WIDTH * n]!
    const named = nodes[NODE_WIDTH * n + 2]!
    if (feature === LEAF) return isIn(named, 0, Math.floor(leaves.length / models))
    return isIn(feature, 0, asked) && isIn(named, n + 2, count)
  }
  if (!Number.isInteger(count) || !roots.every((root) => isIn(root, 0, count))) return false
  for (let n = 0; n < count; n++) if (!isNode(n)) return false
  return true
}
