import { createOpenAI } from '@ai-sdk/openai'
import type { LanguageModelV4CallOptions } from '@ai-sdk/provider'
import type { Exchange, Send } from '../exchange.ts'
import type { TakesBack } from '../others-facts.ts'
import type { Pools } from '../pools.ts'
import { type Access, translated } from '../translated.ts'
import { readableResponses } from './readable-responses.ts'

/** Any host that speaks OpenAI's Responses API, for calls that come in another dialect. */
export function openAiResponsesTranslated(pools: Pools): Send {
  return translated(
    { defaultBaseUrl: 'https://api.openai.com/v1', model, takesBack: () => TAKES_BACK, adapt },
    pools,
  )
}

const TAKES_BACK: TakesBack = { names: ['openai'], thoughts: true }

function model({ baseURL, apiKey, fetch }: Access, upstreamModel: string) {
  return createOpenAI({ baseURL, apiKey, fetch: readableResponses(fetch) }).responses(upstreamModel)
}

function adapt(options: LanguageModelV4CallOptions, { candidate }: Exchange): LanguageModelV4CallOptions {
  const { reasoning, temperature } = candidate.endpoint.supports
  return {
    ...options,
    providerOptions: {
      ...options.providerOptions,
      openai: {
        // A schema that was not written for OpenAI's strict subset would be refused.
        strictJsonSchema: false,
        // Which models reason the package knows of OpenAI's only.
        ...(reasoning && (options.reasoning !== undefined || !temperature) ? { forceReasoning: true } : {}),
        ...options.providerOptions?.openai,
        // Whoever asks in another dialect cannot refer to what would lie there.
        store: false,
      },
    },
  }
}
