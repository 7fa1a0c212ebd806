import { createAnthropic } from '@ai-sdk/anthropic'
import type { LanguageModelV4CallOptions } from '@ai-sdk/provider'
import type { Exchange, Send } from '../exchange.ts'
import { withOneToolOfClaude } from '../one-tool-at-a-time.ts'
import type { Pools } from '../pools.ts'
import { translated } from '../translated.ts'

/** Anthropic's Messages API, and the hosts that offer it for their own models. */
export function anthropic(pools: Pools): Send {
  return translated(
    {
      defaultBaseUrl: 'https://api.anthropic.com/v1',
      model: (access, upstreamModel) => createAnthropic(access)(upstreamModel),
      takesBack: () => ({ names: ['anthropic'], thoughts: true, caches: true }),
      adapt,
    },
    pools,
  )
}

function adapt(options: LanguageModelV4CallOptions, { candidate }: Exchange): LanguageModelV4CallOptions {
  const { maxCompletionTokens } = candidate.endpoint
  return {
    ...withOneToolOfClaude(options),
    // Anthropic demands a limit; the package gives models that it does not know 4,096 tokens. With reasoning it
    // adds the tokens for thoughts to the limit, so that the model's own maximum would be too much.
    ...(options.maxOutputTokens === undefined &&
    options.reasoning === undefined &&
    maxCompletionTokens !== undefined
      ? { maxOutputTokens: maxCompletionTokens }
      : {}),
  }
}
