import { createGoogle } from '@ai-sdk/google'
import type { Send } from '../exchange.ts'
import type { Pools } from '../pools.ts'
import { translated } from '../translated.ts'

/** Google's Gemini API (AI Studio). */
export function google(pools: Pools): Send {
  return translated(
    {
      defaultBaseUrl: 'https://generativelanguage.googleapis.com/v1beta',
      model: (access, upstreamModel) => createGoogle(access)(upstreamModel),
      vendors: () => ['google'],
    },
    pools,
  )
}
