import type { Call } from '../../receive/call.ts'
import type { Exchange, Send } from '../exchange.ts'
import { passThrough } from '../pass-through.ts'
import type { Pools } from '../pools.ts'

/** The version that callers who name none are taken to mean: the only one there is. */
const VERSION = '2023-06-01'
/** Keys of a Claude subscription are presented as OAuth tokens. */
const OAUTH_TOKEN = 'sk-ant-oat'

/**
 * The conversation of a Messages call without what only other vendors take back, as JSON text; undefined where there is
 * nothing of the kind, so that its bytes can pass as they are.
 */
export type OwnMessages = (call: Call) => string | undefined

/**
 * Anthropic's Messages API, and the hosts that offer it: the caller's bytes pass through. Only the model's name, the
 * fields that steer Meritorder and, where the conversation holds thoughts of other vendors, `messages` differ.
 */
export function anthropicMessages(
  pools: Pools,
  steeringFields: ReadonlySet<string>,
  ownMessages: OwnMessages,
): Send {
  const edit = (exchange: Exchange) => ({ set: anthropicMembers(exchange, ownMessages) })
  return passThrough(pools, { path: '/messages', headers: anthropicHeaders, edit }, steeringFields)
}

/** The key as Anthropic wants to see it, and the caller's own headers for it. */
export function anthropicHeaders({ apiKey, call }: Exchange): Record<string, string> {
  return { 'anthropic-version': VERSION, ...call.ownHeaders, ...keyHeader(apiKey) }
}

/** The members of a body that differ from what the caller sent, as JSON text. */
export function anthropicMembers(
  { call, candidate }: Exchange,
  ownMessages: OwnMessages,
): Record<string, string> {
  const messages = ownMessages(call)
  return {
    model: JSON.stringify(candidate.endpoint.upstreamModel),
    ...(messages === undefined ? {} : { messages }),
  }
}

function keyHeader(apiKey: string | undefined): Record<string, string> {
  if (apiKey === undefined) return {}
  return apiKey.startsWith(OAUTH_TOKEN) ? { authorization: `Bearer ${apiKey}` } : { 'x-api-key': apiKey }
}
