import { createGoogle } from '@ai-sdk/google'
import type { LanguageModelV4CallOptions } from '@ai-sdk/provider'
import type { Skin } from '../../receive/dialects/dialect.ts'
import type { EmbeddingsRequest } from '../../receive/work-request.ts'
import type { Send } from '../exchange.ts'
import type { Pools } from '../pools.ts'
import { translated } from '../translated.ts'
import { embedTranslated } from '../work/embed-translated.ts'

const BASE_URL = 'https://generativelanguage.googleapis.com/v1beta'

/** Google's Gemini API (AI Studio). */
export function google(pools: Pools): Send {
  return translated(
    {
      defaultBaseUrl: BASE_URL,
      model: (access, upstreamModel) => createGoogle(access)(upstreamModel),
      takesBack: () => ({ names: ['google'], thoughts: true }),
      adapt: withThoughts,
    },
    pools,
  )
}

/** Who asks for reasoning gets to see it, unless the caller says otherwise: Gemini thinks in silence by itself. */
function withThoughts(options: LanguageModelV4CallOptions): LanguageModelV4CallOptions {
  const { reasoning, providerOptions } = options
  if (reasoning === undefined || reasoning === 'none') return options
  const said = providerOptions?.google?.thinkingConfig
  const thinkingConfig = { includeThoughts: true, ...(typeof said === 'object' ? said : {}) }
  return {
    ...options,
    providerOptions: { ...providerOptions, google: { ...providerOptions?.google, thinkingConfig } },
  }
}

/** Gemini's embeddings: `embedContent` and `batchEmbedContents`, which report no tokens. */
export function googleEmbeddings(pools: Pools): Send<Skin<EmbeddingsRequest>> {
  return embedTranslated(
    {
      defaultBaseUrl: BASE_URL,
      model: (access, upstreamModel) => createGoogle(access).embeddingModel(upstreamModel),
      takesInputType: (inputType) => TASK_TYPES.has(inputType),
      options: ({ inputType }) => {
        const taskType = inputType === undefined ? undefined : TASK_TYPES.get(inputType)
        return taskType === undefined ? {} : { google: { taskType } }
      },
    },
    pools,
  )
}

/** What Cohere's and OpenRouter's `input_type` is to Gemini. */
const TASK_TYPES: ReadonlyMap<string, string> = new Map([
  ['search_query', 'RETRIEVAL_QUERY'],
  ['search_document', 'RETRIEVAL_DOCUMENT'],
  ['classification', 'CLASSIFICATION'],
  ['clustering', 'CLUSTERING'],
])
