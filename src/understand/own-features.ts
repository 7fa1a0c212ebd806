import { FEATURE_BLOCKS, featuresOf, MOST_FEATURES } from './features.ts'

/** The distinct features of a text and what each counts; the first `count` entries of both lists. */
export interface OwnFeatures {
  readonly hashes: Uint32Array
  readonly values: Float64Array
  count: number
}

/**
 * How much each of FEATURE_BLOCKS says, as the shipped classifier was tuned. Detectors are fitted with it: changing it
 * makes the files of own intents wrong, unless their format is raised.
 */
const BLOCK_WEIGHTS = [0.9, 1.4, 1.3, 0.4, 0.2, 0.6]

const found: OwnFeatures = {
  hashes: new Uint32Array(MOST_FEATURES),
  values: new Float64Array(MOST_FEATURES),
  count: 0,
}

/**
 * Finds the features that detectors of own intents weigh: each block scaled to one length, however long the text is.
 * The result is overwritten by the next call.
 */
export function ownFeatures(text: string): OwnFeatures {
  const { hashes, starts } = featuresOf(text)
  found.count = 0
  for (let b = 0; b < FEATURE_BLOCKS.length; b++) {
    const first = found.count
    takeDistinct(hashes.slice(starts[b], starts[b + 1]).sort())
    found.values.fill(BLOCK_WEIGHTS[b]! / Math.sqrt(found.count - first), first, found.count)
  }
  return found
}

/** @param sorted hashes in ascending order. */
function takeDistinct(sorted: Uint32Array): void {
  const { hashes } = found
  for (let i = 0; i < sorted.length; i++) {
    if (i === 0 || sorted[i] !== sorted[i - 1]) hashes[found.count++] = sorted[i]!
  }
}
