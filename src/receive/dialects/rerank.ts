import type { RerankRequest } from '../work-request.ts'
import type { Skin } from './dialect.ts'
import { openAiError } from './openai-error.ts'
import { createReplyReader } from './rerank/read-reply.ts'
import { readRequest } from './rerank/read-request.ts'

export type RerankSkin = Skin<RerankRequest>

/** Rerank as Cohere, Jina and OpenRouter have it. */
export const rerank: RerankSkin = { name: 'rerank', readRequest, createReplyReader, writeError: openAiError }
