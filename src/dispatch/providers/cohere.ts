import { createCohere } from '@ai-sdk/cohere'
import type { Skin } from '../../receive/dialects/dialect.ts'
import type { EmbeddingsRequest } from '../../receive/work-request.ts'
import type { Send } from '../exchange.ts'
import type { Pools } from '../pools.ts'
import { translated } from '../translated.ts'
import { cohereOptions } from '../work/cohere-options.ts'
import { embedTranslated } from '../work/embed-translated.ts'

const BASE_URL = 'https://api.cohere.com/v2'

/** Cohere's own chat API, version 2 (https://docs.cohere.com/reference/chat). */
export function cohere(pools: Pools): Send {
  return translated(
    {
      defaultBaseUrl: BASE_URL,
      model: (access, upstreamModel) => createCohere(access)(upstreamModel),
    },
    pools,
  )
}

/** Cohere's embeddings, version 2 (https://docs.cohere.com/v2/reference/embed): for searches unless `input_type` says otherwise. */
export function cohereEmbeddings(pools: Pools): Send<Skin<EmbeddingsRequest>> {
  return embedTranslated(
    {
      defaultBaseUrl: BASE_URL,
      model: (access, upstreamModel) => createCohere(access).embeddingModel(upstreamModel),
      options: (request) => ({ cohere: cohereOptions(request) }),
    },
    pools,
  )
}
