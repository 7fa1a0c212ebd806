import type { EmbeddingsRequest } from '../work-request.ts'
import type { Skin } from './dialect.ts'
import { createReplyEditor } from './embeddings/edit-reply.ts'
import { createReplyReader } from './embeddings/read-reply.ts'
import { readRequest } from './embeddings/read-request.ts'
import { openAiError } from './openai-error.ts'

export type EmbeddingsSkin = Skin<EmbeddingsRequest>

/** OpenAI's embeddings with OpenRouter's additions. */
export const embeddings: EmbeddingsSkin = {
  name: 'embeddings',
  readRequest,
  createReplyReader,
  createReplyEditor,
  writeError: openAiError,
}
