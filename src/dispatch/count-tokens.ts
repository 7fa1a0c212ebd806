import type { Dispatcher } from 'undici'
import { rewriteMembers } from '../json/rewrite-members.ts'
import type { Exchange } from './exchange.ts'
import type { Pools } from './pools.ts'
import { anthropicHeaders, anthropicMembers, type OwnMessages } from './providers/anthropic-messages.ts'
import { parseJson } from './refusal.ts'

/** Prompt tokens of a call as the endpoint's own host counts them; undefined where it does not say. Never rejects. */
export type CountTokens = (exchange: Exchange) => Promise<number | undefined>

/** Whoever asks how long a prompt is does not wait for long: an estimate is at hand. */
const TIMEOUT_MS = 5_000
const MAX_REPLY_BYTES = 64 * 1024

/** Asks hosts of Anthropic's family, for nothing, through their `/messages/count_tokens`. Others count nothing. */
export function createTokenCounter(
  pools: Pools,
  steeringFields: ReadonlySet<string>,
  ownMessages: OwnMessages,
): CountTokens {
  return async (exchange) => {
    const { call, candidate } = exchange
    const { endpoint, provider } = candidate
    const baseUrl = endpoint.baseUrl ?? provider.baseUrl
    if ((endpoint.family ?? provider.family) !== 'anthropic' || baseUrl === undefined) return undefined
    const { origin, pathname } = new URL(baseUrl)
    const edits = { set: anthropicMembers(exchange, ownMessages), remove: steeringFields }
    try {
      const reply = await pools.of(origin).request({
        origin,
        path: `${pathname.replace(/\/$/, '')}/messages/count_tokens`,
        method: 'POST',
        headers: { 'content-type': 'application/json', ...anthropicHeaders(exchange) },
        body: rewriteMembers(call.bytes, call.members, edits),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      })
      return await readCount(reply)
    } catch {
      return undefined
    }
  }
}

async function readCount({ statusCode, body }: Dispatcher.ResponseData): Promise<number | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > MAX_REPLY_BYTES) return undefined
    chunks.push(chunk)
  }
  const reply = parseJson(Buffer.concat(chunks).toString('utf8'))
  if (statusCode !== 200 || reply === undefined || !('input_tokens' in reply)) return undefined
  return Number.isInteger(reply.input_tokens) ? Number(reply.input_tokens) : undefined
}
