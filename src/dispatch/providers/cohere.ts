import { createCohere } from '@ai-sdk/cohere'
import {
  type LanguageModelV4CallOptions,
  type LanguageModelV4FilePart,
  UnsupportedFunctionalityError,
} from '@ai-sdk/provider'
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
      adapt: withReadableFiles,
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
      takesInputType: () => true,
      options: (request) => ({ cohere: cohereOptions(request) }),
    },
    pools,
  )
}

/** Cohere reads images and texts. The package would hand it any other file as a text, base64 and all. */
function withReadableFiles(options: LanguageModelV4CallOptions): LanguageModelV4CallOptions {
  const prompt = options.prompt.map((message) =>
    message.role === 'user'
      ? { ...message, content: message.content.map((part) => (part.type === 'file' ? readable(part) : part)) }
      : message,
  )
  return { ...options, prompt }
}

function readable(part: LanguageModelV4FilePart): LanguageModelV4FilePart {
  const { data, mediaType } = part
  if (mediaType.startsWith('image/') || data.type === 'text') return part
  if (!mediaType.startsWith('text/') || data.type !== 'data')
    throw new UnsupportedFunctionalityError({ functionality: `files of type ${mediaType}` })
  const bytes = typeof data.data === 'string' ? Buffer.from(data.data, 'base64') : data.data
  return { ...part, data: { type: 'text', text: Buffer.from(bytes).toString('utf8') } }
}
