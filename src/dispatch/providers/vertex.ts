import { AnthropicLanguageModel } from '@ai-sdk/anthropic/internal'
import { createGoogle } from '@ai-sdk/google'
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import type { Send } from '../exchange.ts'
import { createGoogleTokens } from '../google-tokens.ts'
import { withOneToolOfClaude } from '../one-tool-at-a-time.ts'
import { NOTHING_BACK, type TakesBack } from '../others-facts.ts'
import type { Pools } from '../pools.ts'
import { type Access, translated } from '../translated.ts'

/**
 * Vertex AI: Gemini in its own wire format, Claude through `rawPredict`, open models through the project's
 * OpenAI-compatible endpoint. The base URL ends in `/projects/…/locations/…`. The key is the JSON of a service account
 * or of other Google credentials, or '' for those of this machine; only tokens made from it are sent.
 */
export function vertex(pools: Pools): Send {
  const tokenOf = createGoogleTokens(pools)
  return translated(
    {
      defaultBaseUrl: 'https://aiplatform.googleapis.com/v1',
      model: (access, upstreamModel) => model(withToken(access, tokenOf), upstreamModel),
      takesBack: ({ candidate }) => takesBack(candidate.endpoint.upstreamModel),
      adapt: withOneToolOfClaude,
    },
    pools,
  )
}

function takesBack(upstreamModel: string): TakesBack {
  if (upstreamModel.includes('/')) return NOTHING_BACK
  if (upstreamModel.startsWith('claude')) return { names: ['anthropic'], thoughts: true, caches: true }
  return { names: ['google', 'googleVertex', 'vertex'], thoughts: true }
}

function model({ baseURL, fetch }: Pick<Access, 'baseURL' | 'fetch'>, upstreamModel: string) {
  if (upstreamModel.includes('/'))
    return createOpenAICompatible({
      name: 'openai-compatible',
      baseURL: `${baseURL}/endpoints/openapi`,
      fetch,
      includeUsage: true,
      supportsStructuredOutputs: true,
    })(upstreamModel)
  if (upstreamModel.startsWith('claude')) return claude(baseURL, fetch, upstreamModel)
  return createGoogle({ baseURL: `${baseURL}/publishers/google`, apiKey: '', fetch })(upstreamModel)
}

/** The model stands in the path, the version of the API in the body (https://docs.claude.com/en/api/claude-on-vertex-ai). */
function claude(baseURL: string, fetch: typeof globalThis.fetch, upstreamModel: string) {
  return new AnthropicLanguageModel(upstreamModel, {
    provider: 'anthropic.messages',
    baseURL,
    fetch,
    buildRequestUrl: (base, streams) =>
      `${base}/publishers/anthropic/models/${upstreamModel}:${streams ? 'streamRawPredict' : 'rawPredict'}`,
    transformRequestBody: ({ model: _, ...body }) => ({ ...body, anthropic_version: 'vertex-2023-10-16' }),
  })
}

function withToken(
  { baseURL, apiKey, fetch, provider }: Access,
  tokenOf: ReturnType<typeof createGoogleTokens>,
) {
  return {
    baseURL,
    fetch: async (input: Parameters<typeof fetch>[0], init?: RequestInit) => {
      const headers = new Headers(init?.headers)
      headers.delete('x-goog-api-key')
      headers.set('authorization', `Bearer ${await tokenOf(apiKey, provider)}`)
      return fetch(input, { ...init, headers })
    },
  }
}
