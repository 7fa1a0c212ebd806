import { createGoogle } from '@ai-sdk/google'
import type { LanguageModelV4CallOptions } from '@ai-sdk/provider'
import type { Send } from '../exchange.ts'
import type { Pools } from '../pools.ts'
import { translated } from '../translated.ts'

/** Google's Gemini API (AI Studio). */
export function google(pools: Pools): Send {
  return translated(
    {
      defaultBaseUrl: 'https://generativelanguage.googleapis.com/v1beta',
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
