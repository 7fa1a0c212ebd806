import { bearer } from '../bearer.ts'
import type { Exchange, Send } from '../exchange.ts'
import { type BodyEdit, passThrough } from '../pass-through.ts'
import type { Pools } from '../pools.ts'

type Item = Readonly<Record<string, unknown>>

/** True for an `encrypted_content` that we made, of what another vendor signed. */
export type IsSealed = (encrypted: string) => boolean

/**
 * Any host that speaks OpenAI's Responses API: the caller's bytes pass through. What is kept of a conversation is kept
 * here: the host is told to store nothing, and gets with the call whatever of it the caller only referred to.
 */
export function openAiResponses(pools: Pools, steeringFields: ReadonlySet<string>, isSealed: IsSealed): Send {
  const edit = (exchange: Exchange) => responsesEdit(exchange, isSealed)
  return passThrough(pools, { path: '/responses', headers: bearer, edit }, steeringFields)
}

function responsesEdit(exchange: Exchange, isSealed: IsSealed): BodyEdit {
  const { endpoint, provider } = exchange.candidate
  const set: Record<string, string> = { model: JSON.stringify(endpoint.upstreamModel), store: 'false' }
  const include = includedThoughts(exchange)
  if (include !== undefined) set.include = JSON.stringify(include)
  const whole = wholeInput(exchange)
  const own = whole.filter((item) => !isForeign(item, isSealed))
  const dropped = whole.length - own.length
  if (dropped > 0 || exchange.call.earlier !== undefined) set.input = JSON.stringify(own)
  const reason = `${provider.slug} cannot read ${dropped} reasoning items of others`
  return {
    set,
    remove: ['previous_response_id'],
    losses: dropped === 0 ? [] : [{ field: 'input', reason }],
  }
}

function wholeInput({ call: { body, earlier = [] } }: Exchange): readonly unknown[] {
  const { input } = body
  const own = Array.isArray(input) ? (input as unknown[]) : [{ role: 'user', content: input }]
  return [...earlier, ...own]
}

/**
 * Thoughts that this host cannot read: signed by another vendor and sealed by us, or an account of thoughts that lie
 * nowhere. Those of open models come with their text and can be read anywhere.
 */
function isForeign(value: unknown, isSealed: IsSealed): boolean {
  const item = value as Item | null
  if (item?.type !== 'reasoning') return false
  const { encrypted_content: encrypted, content } = item
  if (typeof encrypted === 'string') return isSealed(encrypted)
  return !(Array.isArray(content) && content.length > 0)
}

/** What is gone on from later has to come with its thoughts: the host has not kept them. */
function includedThoughts({ call, candidate }: Exchange): readonly unknown[] | undefined {
  if (call.body.store !== true || !candidate.endpoint.supports.reasoning) return undefined
  const asked = Array.isArray(call.body.include) ? (call.body.include as unknown[]) : []
  return asked.includes(THOUGHTS) ? undefined : [...asked, THOUGHTS]
}

const THOUGHTS = 'reasoning.encrypted_content'
