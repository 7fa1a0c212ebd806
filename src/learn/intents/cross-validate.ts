import { hashedEmbedder } from '../../understand/embedder.ts'
import { INTENTS, type IntentName } from '../../understand/intent-names.ts'
import { seededRandom, shuffle } from '../random.ts'
import { fitEmbedder } from './fit-embedder.ts'
import { hashPrompt } from './hashed-prompt.ts'
import type { LabelledPrompt } from './labelled-prompts.ts'

export const FOLDS = 5
const SEED = 5

/** Prompts as embedders see them that were not fitted on them; the three lists go together. */
export interface HeldOut {
  readonly embeddings: readonly Float32Array[]
  readonly labels: readonly IntentName[]
  readonly folds: readonly number[]
}

/**
 * Embeds every prompt by an embedder fitted on the other four fifths (split within each intent; prompts that are equal
 * stay together) and on all of `beside`. In the order of `prompts`.
 */
export function crossValidate(
  prompts: readonly LabelledPrompt[],
  beside: readonly LabelledPrompt[],
  progress: (fold: number) => void,
): HeldOut {
  const folds = assignFolds(prompts)
  const hashed = prompts.map(hashPrompt)
  const always = beside.map(hashPrompt)
  const embeddings = new Array<Float32Array>(prompts.length)
  for (let fold = 0; fold < FOLDS; fold++) {
    const table = fitEmbedder([...always, ...hashed.filter((_, i) => folds[i] !== fold)])
    const embedder = hashedEmbedder('fold', table)
    for (const [i, { prompt }] of prompts.entries()) {
      if (folds[i] === fold) embeddings[i] = embedder.embed({ text: prompt, turnStart: 0 })
    }
    progress(fold + 1)
  }
  return { embeddings, labels: prompts.map(({ intent }) => intent), folds }
}

function assignFolds(prompts: readonly LabelledPrompt[]): readonly number[] {
  const random = seededRandom(SEED)
  const folds = new Array<number>(prompts.length)
  const foldOf = new Map<string, number>()
  for (const intent of INTENTS) {
    const own = prompts.flatMap((prompt, i) => (prompt.intent === intent ? [i] : []))
    for (const [rank, i] of shuffle(own, random).entries()) {
      const text = prompts[i]!.prompt.trim()
      const fold = foldOf.get(text) ?? rank % FOLDS
      foldOf.set(text, fold)
      folds[i] = fold
    }
  }
  return folds
}
