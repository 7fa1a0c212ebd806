import type { Config } from './config/schema.ts'
import type { DispatchContext } from './dispatch/dispatch.ts'
import type { Send } from './dispatch/exchange.ts'
import { lazySend } from './dispatch/lazy-send.ts'
import type { Pools } from './dispatch/pools.ts'
import { openAiCompatible } from './dispatch/providers/openai-compatible.ts'
import { sameDialect } from './dispatch/same-dialect.ts'
import type { WireFamily } from './market/families.ts'
import type { HealthBoard } from './market/health.ts'
import { chatCompletions } from './receive/dialects/chat-completions.ts'
import { STEERING_FIELDS } from './receive/wishes.ts'

/** Who speaks to the hosts of each wire family, and how long they may take. Packages are loaded when first needed. */
export function dispatchContext(config: Config, pools: Pools, health: HealthBoard): DispatchContext {
  const senders: Record<WireFamily, Send> = {
    'openai-compatible': sameDialect(
      chatCompletions,
      openAiCompatible(pools, STEERING_FIELDS),
      lazySend(async () => {
        const { openAiTranslated } = await import('./dispatch/providers/openai-translated.ts')
        return openAiTranslated(pools)
      }),
    ),
    anthropic: lazySend(async () => {
      const { anthropic } = await import('./dispatch/providers/anthropic.ts')
      return anthropic(pools)
    }),
    google: lazySend(async () => {
      const { google } = await import('./dispatch/providers/google.ts')
      return google(pools)
    }),
  }
  return {
    senders,
    timeouts: {
      firstByteMs: config.dispatch.first_byte_timeout_ms,
      idleMs: config.dispatch.idle_timeout_ms,
    },
    keepAliveMs: KEEP_ALIVE_MS,
    health,
  }
}

/** Half of the shortest time that a proxy usually waits for the next byte (30 s). */
const KEEP_ALIVE_MS = 15_000
