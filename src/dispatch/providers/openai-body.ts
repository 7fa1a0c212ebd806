import type { Exchange } from '../exchange.ts'
import type { BodyEdit } from '../pass-through.ts'
import { type HostHabits, habitsOf, refusedBy } from './openai-hosts.ts'
import { inPlainWords, type PlainBody } from './openrouter-words.ts'

/** What becomes of the body of a chat completion at a host with its habits. */
export function openAiEdit(exchange: Exchange): BodyEdit {
  const habits = habitsAt(exchange)
  const plain = inPlainWords(exchange)
  return { set: membersSet(exchange, habits, plain), ...leftOut(exchange, habits, plain) }
}

function membersSet(
  { call, candidate }: Exchange,
  habits: HostHabits,
  plain: PlainBody | undefined,
): Record<string, string> {
  const members: Record<string, string> = { model: JSON.stringify(candidate.endpoint.upstreamModel) }
  if (call.stream) {
    const asked = call.body.stream_options
    const options = { ...(typeof asked === 'object' ? asked : {}), include_usage: true }
    members.stream_options = JSON.stringify(options)
  }
  const limit = renamedLimit(call.body, habits)
  if (limit !== undefined && habits.limit !== undefined) members[habits.limit] = JSON.stringify(limit)
  const messages = acceptableMessages(plain?.messages ?? call.body.messages, habits) ?? plain?.messages
  if (messages !== undefined) members.messages = JSON.stringify(messages)
  if (plain?.effort !== undefined) members.reasoning_effort = JSON.stringify(plain.effort)
  if (call.body.service_tier === 'fast') members.service_tier = '"priority"'
  return members
}

function leftOut(
  { call: { body }, candidate: { endpoint, provider } }: Exchange,
  habits: HostHabits,
  plain: PlainBody | undefined,
): Pick<BodyEdit, 'remove' | 'losses'> {
  const { limit } = habits
  const refused = refusedBy(habits, endpoint.supports).filter((field) => body[field] !== undefined)
  const otherName = limit === undefined ? [] : [otherLimit(limit)].filter((name) => body[name] !== undefined)
  if (refused.length === 0 && otherName.length === 0 && plain === undefined) return NOTHING_LEFT_OUT
  const reason = `${provider.slug} refuses it`
  return {
    remove: [...refused, ...otherName, ...(plain?.fields ?? [])],
    losses: [...refused.map((field) => ({ field, reason })), ...(plain?.losses ?? [])],
  }
}

const NOTHING_LEFT_OUT = {}

function habitsAt({ candidate }: Exchange): HostHabits {
  const { endpoint, provider } = candidate
  return habitsOf(provider.slug, endpoint.baseUrl ?? provider.baseUrl)
}

/** The limit that stands under the name that this host does not take; undefined when the right one is there too. */
function renamedLimit(body: Readonly<Record<string, unknown>>, { limit }: HostHabits): unknown {
  return limit === undefined || typeof body[limit] === 'number' ? undefined : body[otherLimit(limit)]
}

function otherLimit(limit: NonNullable<HostHabits['limit']>) {
  return limit === 'max_tokens' ? 'max_completion_tokens' : 'max_tokens'
}

/** The messages without what this host refuses in them; undefined when they can go as they are. */
function acceptableMessages(messages: unknown, habits: HostHabits): unknown[] | undefined {
  const { developer, refusesInMessages = [] } = habits
  const odd = (message: unknown) =>
    isMessage(message) &&
    ((developer !== true && message.role === 'developer') ||
      refusesInMessages.some((field) => message[field] !== undefined))
  if (!Array.isArray(messages) || !messages.some(odd)) return undefined
  return messages.map((message: unknown) => (odd(message) ? acceptable(message as Message, habits) : message))
}

function acceptable(message: Message, { developer, refusesInMessages = [] }: HostHabits): object {
  const kept = Object.entries(message).filter(([field]) => !refusesInMessages.includes(field))
  const told = Object.fromEntries(kept)
  return developer !== true && told.role === 'developer' ? { ...told, role: 'system' } : told
}

type Message = Readonly<Record<string, unknown>>

function isMessage(value: unknown): value is Message {
  return typeof value === 'object' && value !== null
}
