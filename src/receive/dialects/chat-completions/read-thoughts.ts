import type { LanguageModelV4ReasoningPart, SharedV4ProviderOptions } from '@ai-sdk/provider'
import { isObject } from '../../../json/is-object.ts'
import { type Fields, optional, readArray, readObject, readString, readWord } from '../../fields.ts'

/** The provider packages that take back what a format of OpenRouter's `reasoning_details` stands for. */
const VENDORS: ReadonlyMap<string, readonly string[]> = new Map([
  ['anthropic-claude-v1', ['anthropic', 'amazonBedrock']],
  ['google-gemini-v1', ['google', 'googleVertex', 'vertex']],
  ['openai-responses-v1', ['openai']],
  ['azure-openai-responses-v1', ['azure']],
  ['xai-responses-v1', ['xai']],
])

const TYPES = [
  'reasoning.text',
  'reasoning.summary',
  'reasoning.encrypted',
  'reasoning.server_tool_call',
] as const

/** What the `reasoning_details` of an earlier answer bring back. */
export interface Thoughts {
  readonly parts: readonly LanguageModelV4ReasoningPart[]
  /** What a vendor signed a tool call with, by the call's id. */
  readonly ofCalls: ReadonlyMap<string, SharedV4ProviderOptions>
  /** What a vendor signed the answer's text with. */
  readonly ofText: SharedV4ProviderOptions | undefined
}

/**
 * Reads `reasoning_details` into thoughts, each meant for the vendor that made it alone: text with its signature (Claude,
 * Gemini), summaries with what is encrypted behind them (OpenAI), thoughts that are only encrypted (Claude), and
 * signatures of tool calls and texts (Gemini). Pieces of one thought, as they were streamed, are put together again.
 * Calls of OpenRouter's own server tools are passed over.
 *
 * @param callIds the ids of the message's tool calls.
 * @throws MeritorderError `invalid_request`
 */
export function readThoughts(details: unknown, field: string, callIds: ReadonlySet<string>): Thoughts {
  const parts: LanguageModelV4ReasoningPart[] = []
  const ofCalls = new Map<string, SharedV4ProviderOptions>()
  let ofText: SharedV4ProviderOptions | undefined
  for (const { type, format, id, text, secret } of blocksOf(details, field)) {
    const isGemini = format === 'google-gemini-v1'
    if (type !== 'reasoning.encrypted') parts.push(thought(format, id, text, secret))
    else if (!isGemini) parts.push(hidden(format, id, secret))
    else if (id !== undefined && callIds.has(id))
      ofCalls.set(id, factsFor(format, { thoughtSignature: secret }))
    else ofText = factsFor(format, { thoughtSignature: secret })
  }
  return { parts, ofCalls, ofText }
}

interface Block {
  readonly type: Exclude<(typeof TYPES)[number], 'reasoning.server_tool_call'>
  readonly format: string
  readonly id: string | undefined
  readonly text: string
  /** A signature, or encrypted data. */
  readonly secret: string
}

/** The details, those put together that follow one another and speak of one thought. */
function blocksOf(details: unknown, field: string): readonly Block[] {
  const blocks: (Block & { readonly index: unknown })[] = []
  for (const [i, item] of (optional(readArray, details, field) ?? []).entries()) {
    const path = `${field}[${i}]`
    const detail = readObject(item, path)
    const type = readWord(TYPES)(detail.type, `${path}.type`)
    if (type === 'reasoning.server_tool_call') continue
    const block = { ...readBlock(type, detail, path), index: detail.index }
    const last = blocks.at(-1)
    const goesOn =
      type === 'reasoning.text' &&
      last?.type === type &&
      last.secret === '' &&
      last.index === block.index &&
      last.format === block.format
    if (goesOn) blocks[blocks.length - 1] = { ...block, text: last.text + block.text }
    else blocks.push(block)
  }
  return blocks
}

function readBlock(type: Block['type'], detail: Fields, path: string): Block {
  const read = (member: string) => optional(readString, detail[member], `${path}.${member}`)
  const format = read('format') ?? 'unknown'
  const id = read('id')
  if (type === 'reasoning.encrypted')
    return { type, format, id, text: '', secret: readString(detail.data, `${path}.data`) }
  const text = read(type === 'reasoning.summary' ? 'summary' : 'text') ?? ''
  return { type, format, id, text, secret: read('signature') ?? '' }
}

/** A thought that can be read; one without a signature or an id is nobody's. */
function thought(format: string, id: string | undefined, text: string, signature: string) {
  const signed = signature !== '' && {
    [format === 'google-gemini-v1' ? 'thoughtSignature' : 'signature']: signature,
  }
  const itemId = isOfResponses(format) && id !== undefined && { itemId: id }
  return partOf(format, text, { ...signed, ...itemId })
}

function hidden(format: string, id: string | undefined, data: string) {
  if (!isOfResponses(format)) return partOf(format, '', { redactedData: data, redactedContent: data })
  return partOf(format, '', { reasoningEncryptedContent: data, ...(id !== undefined && { itemId: id }) })
}

function isOfResponses(format: string): boolean {
  return format.endsWith('responses-v1')
}

function partOf(format: string, text: string, facts: Readonly<Record<string, string>>) {
  const isEmpty = Object.keys(facts).length === 0
  const part: LanguageModelV4ReasoningPart = { type: 'reasoning', text }
  return isEmpty ? part : { ...part, providerOptions: factsFor(format, facts) }
}

function factsFor(format: string, facts: Readonly<Record<string, string>>): SharedV4ProviderOptions {
  return Object.fromEntries((VENDORS.get(format) ?? []).map((vendor) => [vendor, facts]))
}

/** True for a message with thoughts that nobody signed, which only hosts of its own dialect take back. */
export function hasUnsignedThoughts(message: unknown): boolean {
  if (!isObject(message) || message.role !== 'assistant' || Array.isArray(message.reasoning_details))
    return false
  return [message.reasoning, message.reasoning_content].some(
    (text) => typeof text === 'string' && text !== '',
  )
}
