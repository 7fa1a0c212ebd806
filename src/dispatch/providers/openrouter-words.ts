import { isObject } from '../../json/is-object.ts'
import type { Loss } from '../../receive/dialects/dialect.ts'
import type { Exchange } from '../exchange.ts'

/** Hosts that speak OpenAI's API with OpenRouter's additions. */
const KNOWN_AT = new Set(['openrouter', 'kilo', 'vercel', 'zenmux'])

/** Hosts that refuse a call for a member they do not know, as their documents say or their replies do. */
const REFUSED_AT = new Set([
  ...['openai', 'azure', 'azure-cognitive-services', 'groq', 'cerebras', 'fireworks-ai', 'xai'],
  ...['deepseek', 'perplexity', 'github-models', 'nvidia', 'sambanova'],
])

/** Additions that stand for nothing at a host of plain OpenAI's API. */
const TOP_LEVEL = ['cache_control', 'image_config', 'structured_outputs', 'top_a', 'prompt_cache_options']
/** Those that Groq took over under the same name. */
const ALSO_AT: Readonly<Record<string, string>> = { include_reasoning: 'groq' }
/** Top-level members of OpenAI's own API that hosts of open weights have beside it, and OpenAI refuses. */
const NOT_OPENAIS = ['top_k', 'min_p', 'repetition_penalty']

const OF_PARTS: ReadonlySet<string> = new Set(['cache_control', 'prompt_cache_breakpoint'])
const OF_MESSAGES: ReadonlySet<string> = new Set([
  ...['reasoning_details', 'reasoning', 'annotations', 'images', 'model'],
  ...OF_PARTS,
])

/** What of OpenRouter's additions to a body changes on its way to a host that does not have them. */
export interface PlainBody {
  readonly effort?: unknown
  readonly messages?: readonly unknown[]
  /** Top-level members that do not go out. */
  readonly fields: readonly string[]
  readonly losses: readonly Loss[]
}

/**
 * OpenRouter's additions in plain OpenAI's words, or left out: `reasoning` becomes `reasoning_effort`, and what the host or
 * the model is known to refuse does not go out, so that nobody gets a 400 for what OpenRouter would have taken. Undefined
 * where the body has none.
 */
export function inPlainWords({ call, candidate }: Exchange): PlainBody | undefined {
  const { endpoint, provider } = candidate
  if (KNOWN_AT.has(provider.slug)) return undefined
  const { body } = call
  const isStrict = REFUSED_AT.has(provider.slug)
  const has = (field: string) => (body[field] ?? undefined) !== undefined
  const reason = `${endpoint.id} does not take it`
  const refused = isStrict ? refusedHere(provider.slug).filter(has) : []
  if (has('temperature') && !endpoint.supports.temperature) refused.push('temperature')
  const silent = isStrict && !endpoint.supports.reasoning
  if (silent && has('reasoning_effort')) refused.push('reasoning_effort')
  const asked = has('reasoning') ? ['reasoning'] : []
  const effort =
    asked.length > 0 && !has('reasoning_effort') && !silent ? effortOf(body.reasoning) : undefined
  const messages = isStrict ? plainMessages(body.messages) : undefined
  if (refused.length + asked.length === 0 && messages === undefined) return undefined
  const lost = silent ? [...refused, ...asked] : refused
  return {
    ...(effort !== undefined && { effort }),
    ...(messages !== undefined && { messages }),
    fields: [...refused, ...asked],
    losses: [...lost.map((field) => ({ field, reason })), ...lostOf(body.reasoning, silent)],
  }
}

/** Worked out once for each host: it is asked for every call. */
const refusedAt = new Map<string, readonly string[]>()

function refusedHere(slug: string): readonly string[] {
  let refused = refusedAt.get(slug)
  if (refused === undefined) {
    const others = Object.entries(ALSO_AT).filter(([, host]) => host !== slug)
    const openAi = slug === 'openai' || slug.startsWith('azure') ? NOT_OPENAIS : []
    refused = [...TOP_LEVEL, ...others.map(([field]) => field), ...openAi]
    refusedAt.set(slug, refused)
  }
  return refused
}

function effortOf(reasoning: unknown): unknown {
  if (!isObject(reasoning)) return undefined
  if (reasoning.enabled === false) return 'none'
  return reasoning.effort ?? (reasoning.enabled === true && !reasoning.max_tokens ? 'medium' : undefined)
}

/** What an effort alone cannot say. */
function lostOf(reasoning: unknown, silent: boolean): Loss[] {
  if (!isObject(reasoning) || silent) return []
  return ['max_tokens', 'exclude', 'summary']
    .filter((member) => (reasoning[member] ?? false) !== false)
    .map((member) => ({ field: `reasoning.${member}`, reason: 'plain OpenAI has an effort only' }))
}

/** The messages without OpenRouter's additions; undefined when there are none. */
function plainMessages(messages: unknown): unknown[] | undefined {
  if (!Array.isArray(messages) || !messages.some(hasWords)) return undefined
  return messages.map((message: unknown) => (hasWords(message) ? plainMessage(message as Fields) : message))
}

function hasWords(message: unknown): boolean {
  if (!isObject(message)) return false
  if (hasAny(message, OF_MESSAGES)) return true
  const { content } = message
  return Array.isArray(content) && content.some((part: unknown) => isObject(part) && hasAny(part, OF_PARTS))
}

function plainMessage(message: Fields): Fields {
  const plain = without(message, OF_MESSAGES)
  const { content } = plain
  if (!Array.isArray(content)) return plain
  const parts = content.map((part: unknown) => (isObject(part) ? without(part, OF_PARTS) : part))
  return { ...plain, content: parts }
}

/** Records here have two or three members: those are looked at, not the words. */
function hasAny(record: Fields, words: ReadonlySet<string>): boolean {
  for (const member in record) if (words.has(member)) return true
  return false
}

function without(record: Fields, words: ReadonlySet<string>): Fields {
  return Object.fromEntries(Object.entries(record).filter(([member]) => !words.has(member)))
}

type Fields = Readonly<Record<string, unknown>>
