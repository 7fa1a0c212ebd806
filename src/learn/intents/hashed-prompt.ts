import { FEATURE_BLOCKS, featureBuffer, hashFeatures } from '../../understand/features.ts'
import { INTENTS } from '../../understand/intent-names.ts'
import type { LabelledPrompt } from './labelled-prompts.ts'

/** A labelled prompt as the trainer sees it. */
export interface HashedPrompt {
  /** The distinct hashes of each of FEATURE_BLOCKS, ascending. */
  readonly blocks: readonly Uint32Array[]
  /** Index into INTENTS. */
  readonly label: number
  /** How much it counts in fitting. */
  readonly weight: number
}

const buffer = featureBuffer()

/** Hashes a prompt once, for however many fits. */
export function hashPrompt({ prompt, intent, weight = 1 }: LabelledPrompt): HashedPrompt {
  hashFeatures(prompt, buffer)
  const blocks = FEATURE_BLOCKS.map((_, b) =>
    distinct(buffer.hashes.slice(buffer.starts[b], buffer.starts[b + 1])),
  )
  return { blocks, label: INTENTS.indexOf(intent), weight }
}

function distinct(hashes: Uint32Array<ArrayBuffer>): Uint32Array {
  hashes.sort()
  let count = 0
  for (let i = 0; i < hashes.length; i++) {
    if (i === 0 || hashes[i] !== hashes[i - 1]) hashes[count++] = hashes[i]!
  }
  return hashes.slice(0, count)
}
