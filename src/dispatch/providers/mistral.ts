import { createHash } from 'node:crypto'
import { createMistral } from '@ai-sdk/mistral'
import type { LanguageModelV4CallOptions, LanguageModelV4Prompt } from '@ai-sdk/provider'
import type { Skin } from '../../receive/dialects/dialect.ts'
import type { EmbeddingsRequest } from '../../receive/work-request.ts'
import type { Send } from '../exchange.ts'
import { withOneTool } from '../one-tool-at-a-time.ts'
import type { Pools } from '../pools.ts'
import { translated } from '../translated.ts'
import { embedTranslated } from '../work/embed-translated.ts'

const BASE_URL = 'https://api.mistral.ai/v1'

/**
 * Mistral's chat completions. They look like OpenAI's, but fields that Mistral does not know are refused with 422, the
 * seed has another name, and thoughts come as parts of the content: so even OpenAI's calls are translated.
 */
export function mistral(pools: Pools): Send {
  return translated(
    {
      defaultBaseUrl: BASE_URL,
      model: (access, upstreamModel) => createMistral(access)(upstreamModel),
      adapt,
    },
    pools,
  )
}

function adapt(options: LanguageModelV4CallOptions): LanguageModelV4CallOptions {
  const prompt = options.prompt.map(withOwnIds)
  return withOneTool({ ...options, prompt }, 'mistral', { parallelToolCalls: false })
}

/** Tool calls that another vendor's model made have ids that Mistral refuses. */
function withOwnIds(message: LanguageModelV4Prompt[number]): LanguageModelV4Prompt[number] {
  if (message.role === 'assistant')
    return {
      ...message,
      content: message.content.map((part) =>
        part.type === 'tool-call' ? { ...part, toolCallId: ownId(part.toolCallId) } : part,
      ),
    }
  if (message.role !== 'tool') return message
  return {
    ...message,
    content: message.content.map((part) =>
      part.type === 'tool-result' ? { ...part, toolCallId: ownId(part.toolCallId) } : part,
    ),
  }
}

/** "Tool call id has to be a-z, A-Z, 0-9, with a length of 9": the same one for the same id. */
function ownId(id: string): string {
  return /^[a-zA-Z0-9]{9}$/.test(id) ? id : createHash('sha256').update(id).digest('hex').slice(0, 9)
}

/** Mistral's embeddings look like OpenAI's, but know no base64 and call the dimensions otherwise. */
export function mistralEmbeddings(pools: Pools): Send<Skin<EmbeddingsRequest>> {
  return embedTranslated(
    {
      defaultBaseUrl: BASE_URL,
      model: (access, upstreamModel) => createMistral(access).embeddingModel(upstreamModel),
      takesInputType: () => false,
    },
    pools,
  )
}
