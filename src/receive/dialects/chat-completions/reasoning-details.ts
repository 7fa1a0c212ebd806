import type {
  LanguageModelV4Content,
  LanguageModelV4StreamPart,
  SharedV4ProviderMetadata,
} from '@ai-sdk/provider'
import { isObject } from '../../../json/is-object.ts'
import { formatOfModel, REASONING_FORMATS } from './reasoning-formats.ts'

/** One of OpenRouter's `reasoning_details`: a client that sends them back keeps a model's thoughts through a tool loop. */
export type ReasoningDetail = {
  readonly format: string
  readonly index: number
  readonly id?: string
} & (
  | { readonly type: 'reasoning.text'; readonly text: string; readonly signature?: string }
  | { readonly type: 'reasoning.summary'; readonly summary: string }
  | { readonly type: 'reasoning.encrypted'; readonly data: string }
)

/**
 * Gathers the details of one answer, part by part, streamed or whole: thoughts with their signature (Anthropic, Gemini),
 * summaries with what is encrypted behind them (OpenAI), thoughts that are only encrypted, and Gemini's signatures
 * on tool calls and texts, which have the tool call's id.
 *
 * @param model slug of who thinks: a streamed thought begins before its signature says whose it is.
 */
export function createReasoningDetails(model: string): { of(part: Part): ReasoningDetail[] } {
  const ownFormat = formatOfModel(model)
  const indexes = new Map<string, number>()
  const told = new Set<string>()
  const indexOf = (block: string) => {
    const known = indexes.get(block)
    if (known !== undefined) return known
    indexes.set(block, indexes.size)
    return indexes.size - 1
  }
  /** A secret comes with several parts of a stream; it is told once. */
  const once = (secret: string, details: () => ReasoningDetail[]) => {
    if (told.has(secret)) return []
    told.add(secret)
    return details()
  }
  return {
    of(part) {
      const signed = signedBy(part.providerMetadata) ?? { format: ownFormat, facts: {} }
      switch (part.type) {
        case 'reasoning':
          return thought(signed, part.text, indexOf(`whole ${indexes.size}`), once)
        case 'reasoning-start':
        case 'reasoning-delta':
        case 'reasoning-end': {
          const text = part.type === 'reasoning-delta' ? part.delta : ''
          // At its beginning what is encrypted is not complete.
          const known =
            part.type === 'reasoning-start' ? without(signed, 'reasoningEncryptedContent') : signed
          return thought(known, text, indexOf(part.id), once)
        }
        case 'text':
        case 'text-start':
        case 'text-delta':
        case 'tool-call': {
          const data = signed.facts.thoughtSignature
          if (data === undefined) return []
          const id = part.type === 'tool-call' ? { id: part.toolCallId } : {}
          return once(data, () => [
            { type: 'reasoning.encrypted', data, ...id, format: signed.format, index: indexOf(data) },
          ])
        }
        default:
          return []
      }
    },
  }
}

type Part = (LanguageModelV4Content | LanguageModelV4StreamPart) & {
  readonly providerMetadata?: SharedV4ProviderMetadata
}

/** What a vendor gave with a part, and in which format its like is told. */
interface Signed {
  readonly format: string
  readonly facts: Readonly<Record<string, string>>
}

type Once = (secret: string, details: () => ReasoningDetail[]) => ReasoningDetail[]

function thought({ format, facts }: Signed, text: string, index: number, once: Once): ReasoningDetail[] {
  const { itemId, signature, thoughtSignature, reasoningEncryptedContent: encrypted } = facts
  const hidden = facts.redactedData ?? facts.redactedContent
  if (hidden !== undefined)
    return once(hidden, () => [{ type: 'reasoning.encrypted', data: hidden, format, index }])
  const id = itemId === undefined ? {} : { id: itemId }
  const sign = signature ?? thoughtSignature
  const signs =
    sign === undefined
      ? []
      : once(sign, () => [{ type: 'reasoning.text', text, signature: sign, format, index }])
  if (signs.length > 0) return signs
  const said: ReasoningDetail[] = []
  if (text !== '')
    said.push(
      itemId === undefined
        ? { type: 'reasoning.text', text, format, index }
        : { type: 'reasoning.summary', summary: text, ...id, format, index },
    )
  if (encrypted === undefined) return said
  return [
    ...said,
    ...once(encrypted, () => [{ type: 'reasoning.encrypted', data: encrypted, ...id, format, index }]),
  ]
}

/** The first vendor that gave something; a package with two names gives the same under both. */
function signedBy(metadata: SharedV4ProviderMetadata | undefined): Signed | undefined {
  for (const [vendor, values] of Object.entries(metadata ?? {})) {
    const format = REASONING_FORMATS.get(vendor)
    if (format !== undefined && isObject(values)) return { format, facts: textsOf(values) }
  }
  return undefined
}

function textsOf(values: object): Record<string, string> {
  const texts = Object.entries(values).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1] !== '',
  )
  return Object.fromEntries(texts)
}

function without({ format, facts }: Signed, name: string): Signed {
  return { format, facts: Object.fromEntries(Object.entries(facts).filter(([key]) => key !== name)) }
}
