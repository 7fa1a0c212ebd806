import type { Embedder } from './embedder.ts'
import type { PromptTraits } from './prompt.ts'
import type { PromptText } from './text.ts'
import { textShape } from './text-shape.ts'

/** What a predictor reads of a prompt. Learning and answering both see prompts through this. */
export function promptTraits(prompt: PromptText, space: Embedder): PromptTraits {
  const { text, turnStart, turnLength } = prompt
  return { coordinates: space.embed(prompt), shape: textShape(text.slice(turnStart), turnLength) }
}
