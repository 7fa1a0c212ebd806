import type { Exchange, Send } from '../exchange.ts'
import { type LeftOut, passThrough } from '../pass-through.ts'
import type { Pools } from '../pools.ts'

type Item = Readonly<Record<string, unknown>>

/**
 * Any host that speaks OpenAI's Responses API: the caller's bytes pass through. What is kept of a conversation is kept
 * here: the host is told to store nothing, and gets with the call whatever of it the caller only referred to.
 */
export function openAiResponses(pools: Pools, steeringFields: ReadonlySet<string>): Send {
  return passThrough(pools, { path: '/responses', headers, set, leaveOut }, steeringFields)
}

function headers({ apiKey }: Exchange): Record<string, string> {
  return apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }
}

function set(exchange: Exchange): Record<string, string> {
  const { endpoint } = exchange.candidate
  const members: Record<string, string> = { model: JSON.stringify(endpoint.upstreamModel), store: 'false' }
  const input = changedInput(exchange)
  if (input !== undefined) members.input = JSON.stringify(input.filter((item) => !isForeign(item)))
  const include = includedThoughts(exchange)
  if (include !== undefined) members.include = JSON.stringify(include)
  return members
}

/** The whole of the conversation; undefined where the caller's own bytes say it. */
function changedInput({ call }: Exchange): readonly unknown[] | undefined {
  const { input } = call.body
  const own = Array.isArray(input) ? (input as unknown[]) : [{ role: 'user', content: input }]
  if (call.earlier !== undefined) return [...call.earlier, ...own]
  return own.some(isForeign) ? own : undefined
}

/**
 * Thoughts that this host cannot read: signed by another vendor and packed by us, or an account of thoughts that lie
 * nowhere. Those of open models come with their text and can be read anywhere.
 */
function isForeign(value: unknown): boolean {
  const item = value as Item | null
  if (item?.type !== 'reasoning') return false
  const { encrypted_content: encrypted, content } = item
  if (typeof encrypted === 'string') return encrypted.startsWith('meritorder')
  return !(Array.isArray(content) && content.length > 0)
}

/** What is gone on from later has to come with its thoughts: the host has not kept them. */
function includedThoughts({ call, candidate }: Exchange): readonly unknown[] | undefined {
  if (call.body.store !== true || !candidate.endpoint.supports.reasoning) return undefined
  const asked = Array.isArray(call.body.include) ? (call.body.include as unknown[]) : []
  return asked.includes(THOUGHTS) ? undefined : [...asked, THOUGHTS]
}

const THOUGHTS = 'reasoning.encrypted_content'

function leaveOut(exchange: Exchange): LeftOut {
  const dropped = changedInput(exchange)?.filter(isForeign).length ?? 0
  const reason = `${exchange.candidate.provider.slug} cannot read ${dropped} reasoning items of others`
  return { fields: ['previous_response_id'], losses: dropped === 0 ? [] : [{ field: 'input', reason }] }
}
