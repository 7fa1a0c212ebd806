import type { Embedder } from './embedder.ts'
import type { PromptTraits } from './prompt.ts'
import type { PromptText } from './text.ts'
import { textShape } from './text-shape.ts'

/** What a predictor reads of a prompt. Learning and answering both see prompts through this. */
export function promptTraits(prompt: PromptText, space: Embedder): PromptTraits {
  const { text, turnStart, turnLength } = prompt
  const votes = new Float32Array(space.kinds)
  const coordinates = space.embed(prompt, votes)
  return { coordinates, votes, shape: textShape(text.slice(turnStart), turnLength) }
}
