import type {
  LanguageModelV4,
  LanguageModelV4CallOptions,
  LanguageModelV4Source,
  LanguageModelV4StreamPart,
} from '@ai-sdk/provider'
import type { Send } from '../exchange.ts'
import type { Pools } from '../pools.ts'
import { type Access, translated } from '../translated.ts'
import { OPENAI_CHAT, openAiModel } from './openai-translated.ts'

/** Perplexity, for calls that come in another dialect than its chat completions: what it read becomes sources. */
export function perplexity(pools: Pools): Send {
  return translated({ defaultBaseUrl: 'https://api.perplexity.ai', model, ...OPENAI_CHAT }, pools)
}

function model(access: Access, upstreamModel: string): LanguageModelV4 {
  const plain = openAiModel(access, upstreamModel)
  return {
    specificationVersion: plain.specificationVersion,
    provider: plain.provider,
    modelId: plain.modelId,
    supportedUrls: plain.supportedUrls,
    async doGenerate(options) {
      const answer = await plain.doGenerate(options)
      return { ...answer, content: [...answer.content, ...sourcesOf(answer.response?.body)] }
    },
    async doStream(options: LanguageModelV4CallOptions) {
      const { stream, ...rest } = await plain.doStream({ ...options, includeRawChunks: true })
      return { ...rest, stream: stream.pipeThrough(withSources()) }
    },
  }
}

/** Every chunk repeats the sources known by then; each is passed on once. */
function withSources() {
  const told = new Set<string>()
  return new TransformStream<LanguageModelV4StreamPart, LanguageModelV4StreamPart>({
    transform(part, controller) {
      if (part.type !== 'raw') return controller.enqueue(part)
      for (const source of sourcesOf(part.rawValue)) {
        if (!told.has(source.id)) controller.enqueue(source)
        told.add(source.id)
      }
    },
  })
}

interface Searched {
  readonly search_results?: readonly { readonly title?: string | null; readonly url?: string }[] | null
  /** Older form: addresses only. */
  readonly citations?: readonly string[] | null
}

/** https://docs.perplexity.ai/api-reference/chat-completions-post: `search_results`, formerly `citations`. */
function sourcesOf(reply: unknown): LanguageModelV4Source[] {
  const { search_results: results, citations } = (reply ?? {}) as Searched
  const found = Array.isArray(results) && results.length > 0 ? results : asResults(citations)
  return found.flatMap(({ url, title }) =>
    typeof url === 'string'
      ? [{ type: 'source', sourceType: 'url', id: url, url, ...(title ? { title } : {}) } as const]
      : [],
  )
}

function asResults(citations: Searched['citations']): NonNullable<Searched['search_results']> {
  return Array.isArray(citations) ? citations.map((url: string) => ({ url })) : []
}
