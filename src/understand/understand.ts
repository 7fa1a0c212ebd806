import type { ChatRequest } from '../receive/chat-request.ts'
import type { IntentArtifact } from './artifact.ts'
import { codeShare } from './code-share.ts'
import { type Embedder, embeddedPart } from './embedder.ts'
import { intentProbabilities, topIntents } from './intents.ts'
import { promptLanguage } from './language.ts'
import { promptNeeds } from './needs.ts'
import { ownProbabilities, topOfAll } from './own-intents.ts'
import type { Prompt } from './prompt.ts'
import { promptText } from './text.ts'
import { textShape } from './text-shape.ts'
import { estimateTokens } from './tokens.ts'
import { promptTraits } from './traits.ts'

/**
 * Understands the messages of a call: what is asked, in which language, how long it is, and what answering it
 * takes. Pure CPU, no I/O, the same result on every platform, and bounded in time whatever the messages hold;
 * never throws.
 *
 * @param space the text space of the predictor, where one is loaded
 * @param vector what an outside embedder made of the prompt; a space that needs it is left out without it
 * @param wantsShape for what is learned from one's own ratings
 */
export function understand(
  request: ChatRequest,
  artifact: IntentArtifact,
  space?: Embedder,
  vector?: Float32Array,
  wantsShape = false,
): Prompt {
  const prompt = promptText(request)
  const placed = vector === undefined ? prompt : { ...prompt, vector }
  const isPlaced = vector !== undefined || space?.outside === undefined
  const turn = prompt.text.slice(prompt.turnStart)
  const embedding = artifact.embedder.embed(prompt)
  const probabilities = intentProbabilities(embedding, artifact.head)
  const shipped = topIntents(probabilities)
  const { own } = artifact
  const traits = space && isPlaced ? promptTraits(placed, space) : undefined
  return {
    text: prompt.text,
    tokens: estimateTokens(request),
    needs: promptNeeds(request),
    language: promptLanguage(turn),
    codeShare: codeShare(turn),
    embedding,
    intentProbabilities: probabilities,
    intents: own ? topOfAll(shipped, ownProbabilities(embeddedPart(prompt), own), own) : shipped,
    ...(traits && { traits }),
    ...(wantsShape && { shape: traits?.shape ?? textShape(turn, prompt.turnLength) }),
    artifact: `intents:${artifact.version}${own ? ` own-intents:${own.version}` : ''}`,
  }
}
