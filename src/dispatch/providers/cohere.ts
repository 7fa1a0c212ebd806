import { createCohere } from '@ai-sdk/cohere'
import type { Send } from '../exchange.ts'
import type { Pools } from '../pools.ts'
import { translated } from '../translated.ts'

/** Cohere's own chat API, version 2 (https://docs.cohere.com/reference/chat). */
export function cohere(pools: Pools): Send {
  return translated(
    {
      defaultBaseUrl: 'https://api.cohere.com/v2',
      model: (access, upstreamModel) => createCohere(access)(upstreamModel),
    },
    pools,
  )
}
