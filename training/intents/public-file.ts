import { join } from 'node:path'
import type { LabelledPrompt } from '../../src/learn/intents/labelled-prompts.ts'
import { seededRandom, shuffle } from '../../src/learn/random.ts'
import { DATA_FOLDER } from '../data-folder.ts'

/** The public labelled prompts, for evaluation only: what states no licence is never fitted into what is shipped. */
export const PUBLIC_FILE = join(DATA_FOLDER, 'intents-train.jsonl.gz')
const SPLIT_SEED = 99

/**
 * The fixed halves of the public file: settings are tuned on the first. The second was looked at too while prompts were
 * written, so neither is an untouched test.
 */
export function publicHalves(prompts: readonly LabelledPrompt[]): {
  readonly tuned: readonly LabelledPrompt[]
  readonly unseen: readonly LabelledPrompt[]
} {
  const shuffled = shuffle([...prompts], seededRandom(SPLIT_SEED))
  return { tuned: shuffled.filter((_, i) => i % 2 === 0), unseen: shuffled.filter((_, i) => i % 2 === 1) }
}
