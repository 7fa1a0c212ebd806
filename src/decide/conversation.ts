import type { Endpoint } from '../market/offer.ts'
import { ratesFor } from '../market/rates.ts'
import type { CandidateTable } from './candidate-table.ts'
import type { Candidate, Continuation } from './decision.ts'
import type { CachedPrompt } from './predict.ts'

/** Where the conversation that a call goes on with has been. */
export interface Conversation {
  /** Latest first. */
  readonly stays: readonly Stay[]
  /** The model that made the tool calls whose results this call brings, by slug. */
  readonly toolCaller?: string
}

/** An endpoint that has answered the conversation. */
export interface Stay {
  readonly endpoint: Endpoint
  /** Tokens of the conversation that its prompt cache is expected to give back; 0 when it has forgotten them. */
  readonly cachedTokens: number
}

/** What the prompt caches of a market's endpoints are expected to save of a call. Endpoints where that is nothing are left out. */
export function cachedPrompts(
  table: CandidateTable,
  promptTokens: number,
  conversation: Conversation | undefined,
): readonly CachedPrompt[] {
  if (conversation === undefined) return []
  return conversation.stays.flatMap(({ endpoint: { id }, cachedTokens }) => {
    const row = table.names.endpointIds.get(id.toLowerCase())
    if (row === undefined) return []
    const savesUsd = savedUsd(table.endpoints[row]!, promptTokens, cachedTokens)
    return savesUsd > 0 ? [{ endpoint: row, savesUsd }] : []
  })
}

/** Tokens that are read from the cache × (prompt price − cached price), at the prices of a prompt of this length. */
function savedUsd({ price }: Endpoint, promptTokens: number, cachedTokens: number): number {
  if (price === undefined) return 0
  const { prompt, cacheRead } = ratesFor(price, promptTokens)
  return Math.min(cachedTokens, promptTokens) * (Number(prompt - cacheRead) / FEMTO)
}

const FEMTO = 1e15

/**
 * What became of a conversation: whether the choice stays where it was, and what it gives up if not. The latest stay
 * counts that the caller can have meant: for models that are named, the latest at one of those. Undefined where there
 * is none.
 */
export function continuationOf(
  conversation: Conversation,
  ranked: readonly Candidate[],
  isAuto: boolean,
  promptTokens: number,
): Continuation | undefined {
  const chosen = ranked[0]!.endpoint
  const isMeant = ({ endpoint }: Stay) => ranked.some((one) => one.endpoint.model === endpoint.model)
  const last = conversation.stays.find((stay) => isAuto || isMeant(stay))
  if (last === undefined) return undefined
  const worth = ({ endpoint, cachedTokens }: Stay) => savedUsd(endpoint, promptTokens, cachedTokens)
  const { id, model } = last.endpoint
  const cacheUsd = worth(last)
  const here = conversation.stays.find(({ endpoint }) => endpoint.id === chosen.id)
  return {
    endpoint: id,
    model,
    cachedTokens: Math.min(last.cachedTokens, promptTokens),
    cacheUsd,
    outcome: chosen.id === id ? 'stays' : chosen.model === model ? 'changes_host' : 'changes_model',
    lostUsd: Math.max(0, cacheUsd - (here === undefined ? 0 : worth(here))),
  }
}
