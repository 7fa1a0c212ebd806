import type { Config } from '../config/schema.ts'
import { type CountTokens, createTokenCounter } from '../dispatch/count-tokens.ts'
import type { DispatchContext } from '../dispatch/dispatch.ts'
import type { Send } from '../dispatch/exchange.ts'
import { createHedgeShares } from '../dispatch/hedge.ts'
import { lazySend } from '../dispatch/lazy-send.ts'
import type { Pools } from '../dispatch/pools.ts'
import { anthropicMessages } from '../dispatch/providers/anthropic-messages.ts'
import { azure } from '../dispatch/providers/azure.ts'
import { openAiCompatible } from '../dispatch/providers/openai-compatible.ts'
import { openAiResponses } from '../dispatch/providers/openai-responses.ts'
import { sameDialect } from '../dispatch/same-dialect.ts'
import type { Stop } from '../dispatch/stop.ts'
import type { PhaseTimeouts } from '../dispatch/timeouts.ts'
import type { WireFamily } from '../market/families.ts'
import { speaksResponses } from '../market/speaks-responses.ts'
import { chatCompletions } from '../receive/dialects/chat-completions.ts'
import { ownMessages } from '../receive/dialects/messages/own-messages.ts'
import { messages } from '../receive/dialects/messages.ts'
import { responses } from '../receive/dialects/responses.ts'
import { isSealed } from '../receive/dialects/sealed-metadata.ts'
import { STEERING_FIELDS } from '../receive/wishes.ts'

/** `user` is OpenRouter's addition; Anthropic refuses what it does not know. */
const NOT_ANTHROPICS = new Set([...STEERING_FIELDS, 'user'])

/** Who knows how long a prompt is for a model. */
export function tokenCounter(pools: Pools): CountTokens {
  return createTokenCounter(pools, NOT_ANTHROPICS, ownMessages)
}

/** Who speaks to the hosts of each wire family, and how long they may take. */
export function dispatchContext(
  config: Config,
  pools: Pools,
  health: DispatchContext['health'],
  stop: Stop,
): DispatchContext {
  const translate = translators(pools)
  const pass = (send: Send, family: WireFamily) => sameDialect(chatCompletions, send, translate[family])
  const openAi = openAiCompatible(pools, STEERING_FIELDS)
  const openAiChat = pass(openAi, 'openai-compatible')
  const openAiOwn = openAiResponses(pools, STEERING_FIELDS, isSealed)
  const anthropicOwn = anthropicMessages(pools, NOT_ANTHROPICS, ownMessages)
  return {
    senders: {
      ...translate,
      'openai-compatible': (exchange, sink) => {
        const { endpoint, provider } = exchange.candidate
        const own = exchange.call.dialect === responses && speaksResponses(endpoint, provider)
        return (own ? openAiOwn : openAiChat)(exchange, sink)
      },
      'openai-responses': sameDialect(responses, openAiOwn, translate['openai-responses']),
      anthropic: sameDialect(messages, anthropicOwn, translate.anthropic),
      azure: pass(azure(pools, STEERING_FIELDS), 'azure'),
      perplexity: pass(openAi, 'perplexity'),
    },
    timeouts: {
      ordinary: phasesOf(config.timeouts.ordinary),
      reasoning: phasesOf(config.timeouts.reasoning),
    },
    keepAliveMs: KEEP_ALIVE_MS,
    stop,
    health,
    hedges: createHedgeShares(),
    random: Math.random,
  }
}

function phasesOf(phases: Config['timeouts']['ordinary']): PhaseTimeouts {
  return {
    firstByteMs: phases.first_byte_ms,
    wholeMs: phases.whole_ms,
    idleMs: phases.idle_ms,
    totalMs: phases.total_ms,
  }
}

/** Half of the shortest time that a proxy usually waits for the next byte (30 s). */
const KEEP_ALIVE_MS = 15_000

/** Calls in another dialect than the host's own, through its package, which is loaded when first needed. */
function translators(pools: Pools): Record<WireFamily, Send> {
  return {
    'openai-compatible': lazySend(async () =>
      (await import('../dispatch/providers/openai-translated.ts')).openAiTranslated(pools),
    ),
    'openai-responses': lazySend(async () =>
      (await import('../dispatch/providers/openai-responses-translated.ts')).openAiResponsesTranslated(pools),
    ),
    anthropic: lazySend(async () => (await import('../dispatch/providers/anthropic.ts')).anthropic(pools)),
    google: lazySend(async () => (await import('../dispatch/providers/google.ts')).google(pools)),
    'amazon-bedrock': lazySend(async () =>
      (await import('../dispatch/providers/amazon-bedrock.ts')).amazonBedrock(pools),
    ),
    azure: lazySend(async () =>
      (await import('../dispatch/providers/azure-translated.ts')).azureTranslated(pools),
    ),
    cohere: lazySend(async () => (await import('../dispatch/providers/cohere.ts')).cohere(pools)),
    mistral: lazySend(async () => (await import('../dispatch/providers/mistral.ts')).mistral(pools)),
    perplexity: lazySend(async () => (await import('../dispatch/providers/perplexity.ts')).perplexity(pools)),
    vertex: lazySend(async () => (await import('../dispatch/providers/vertex.ts')).vertex(pools)),
  }
}
