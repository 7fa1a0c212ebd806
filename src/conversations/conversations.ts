import { LRUCache } from 'lru-cache'
import type { Conversation, Stay } from '../decide/conversation.ts'
import type { Answer } from '../dispatch/answer.ts'
import type { Endpoint } from '../market/offer.ts'
import type { Call } from '../receive/call.ts'
import { createCacheHits } from './cache-hits.ts'
import { answeredToolCalls, conversationKey, toolLoopKey } from './conversation-key.ts'
import { type HeldPrompt, heldPrompt } from './held-prompt.ts'

/** Where conversations have been answered, so that they stay there while it pays. */
export interface Conversations {
  of(call: Call): OpenConversation
}

/** One call's place in its conversation. */
export interface OpenConversation {
  /** What is known of it; absent where it begins here, or was forgotten. */
  readonly known?: Conversation
  /** Remembers who answered. */
  remember(answer: Answer): void
}

/** Conversations and tool loops that are remembered, some 0.5 KB each; beyond that the one unused for longest is forgotten. */
const MOST = 10_000
/** Endpoints that are remembered of each: a caller may use several models in turns. */
const MOST_STAYS = 4
/** People may take their time to allow a tool call. */
const FORGOTTEN_AFTER_MS = 60 * 60_000

interface Entry {
  readonly at: number
  /** Latest first. */
  readonly stays: readonly (HeldPrompt & { readonly at: number })[]
  /** The model of the latest answer, where that called tools. */
  readonly toolCaller?: string
}

/**
 * Keeps hashes, endpoints and counts of tokens in memory, never a text, and nothing across a restart.
 *
 * @param now ms of a clock that does not jump
 */
export function createConversations(now: () => number): Conversations {
  const entries = new LRUCache<string, Entry>({ max: MOST })
  const hits = createCacheHits()
  const find = (key: string, at: number): Entry | undefined => {
    const entry = entries.get(key)
    return entry !== undefined && at - entry.at < FORGOTTEN_AFTER_MS ? entry : undefined
  }
  const stayOf = (held: Entry['stays'][number], at: number): Stay => ({
    endpoint: held.endpoint,
    cachedTokens:
      at - held.at < held.lifetimeMs ? held.tokens * hits.share(held.endpoint.id, held.assumedShare) : 0,
  })
  /** The model that made the calls whose results are brought; by their ids, or else the one that answered last. */
  const toolCallerOf = (call: Call, key: string, entry: Entry, at: number): string | undefined => {
    const ids = answeredToolCalls(call.request.messages)
    if (ids === undefined) return undefined
    for (const id of ids) {
      const found = find(toolLoopKey(key, id), at)?.toolCaller
      if (found !== undefined) return found
    }
    return entry.toolCaller
  }
  /** What was read from the cache, of what should have been. */
  const observe = (before: Entry | undefined, { endpoint, usage, at }: Answered) => {
    const held = before?.stays.find((one) => one.endpoint.id === endpoint.id)
    if (held === undefined || usage.estimated || at - held.at >= held.lifetimeMs) return
    const expected = Math.min(held.tokens, usage.promptTokens)
    if (expected > 0) hits.observe(endpoint.id, Math.min(1, usage.cacheReadTokens / expected))
  }
  return {
    of(call) {
      const key = conversationKey(call)
      const at = now()
      const entry = find(key, at)
      const toolCaller = entry && toolCallerOf(call, key, entry, at)
      const known = entry && {
        stays: entry.stays.map((held) => stayOf(held, at)),
        ...(toolCaller !== undefined && { toolCaller }),
      }
      return {
        ...(known && { known }),
        remember({ served, usage, toolCalls }) {
          if (served === undefined) return
          const answered = { endpoint: served.endpoint, usage, at: now() }
          const before = find(key, answered.at)
          observe(before, answered)
          const others = before?.stays.filter(({ endpoint }) => endpoint.id !== served.endpoint.id) ?? []
          const held = { ...heldPrompt(served.endpoint, usage), at: answered.at }
          const caller = toolCalls.length > 0 ? { toolCaller: served.endpoint.model } : {}
          entries.set(key, { at: answered.at, stays: [held, ...others].slice(0, MOST_STAYS), ...caller })
          const id = toolCalls[0]?.id
          if (id) entries.set(toolLoopKey(key, id), { at: answered.at, stays: [], ...caller })
        },
      }
    },
  }
}

interface Answered {
  readonly endpoint: Endpoint
  readonly usage: Answer['usage']
  readonly at: number
}
