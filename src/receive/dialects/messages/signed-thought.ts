import type { LanguageModelV4ReasoningPart, SharedV4ProviderMetadata } from '@ai-sdk/provider'
import { isSealed, seal, unseal, type VendorFacts, vendorFacts } from '../sealed-metadata.ts'

/** Anthropic's signatures hold at whoever sells its models; these are their names in the provider packages. */
const SELLERS_OF_CLAUDE = ['anthropic', 'bedrock', 'amazonBedrock'] as const

/** How a thought is signed in Anthropic's words. */
export type Signed =
  | { readonly type: 'thinking'; readonly signature: string }
  | { readonly type: 'redacted_thinking'; readonly data: string }

/**
 * What stands beside a thought so that its vendor takes it back: Anthropic's own signature or redacted data as it is,
 * another vendor's facts under our seal. A thought that nobody signed is sealed with the name of who thought it.
 */
export function signedThought(metadata: SharedV4ProviderMetadata | undefined, provider: string): Signed {
  const facts = vendorFacts(metadata)
  for (const seller of SELLERS_OF_CLAUDE) {
    const { signature, redactedData } = facts?.[seller] ?? {}
    if (signature !== undefined) return { type: 'thinking', signature }
    if (redactedData !== undefined) return { type: 'redacted_thinking', data: redactedData }
  }
  return { type: 'thinking', signature: seal(facts ?? { [provider]: {} }) }
}

/** A `thinking` or `redacted_thinking` block of an earlier answer, meant for its vendor alone. */
export function readThought(text: string, signed: Signed): LanguageModelV4ReasoningPart {
  const seals = signed.type === 'thinking' ? signed.signature : signed.data
  const facts = signed.type === 'thinking' ? { signature: seals } : { redactedData: seals }
  // Some clients forget the signature: such a thought is nobody's.
  const sellers = seals === '' ? [] : SELLERS_OF_CLAUDE
  const providerOptions = isSealed(seals)
    ? unseal(seals)
    : Object.fromEntries(sellers.map((seller) => [seller, facts]))
  return { type: 'reasoning', text, providerOptions }
}

/**
 * The `data` of a `redacted_thinking` block that carries what a vendor signed a tool call with (Gemini's
 * `thoughtSignature`): Anthropic's `tool_use` has no place for it. Undefined where nothing was signed.
 *
 * @param toolUseId in Anthropic's alphabet, which has no point
 */
export function signedToolUse(
  metadata: SharedV4ProviderMetadata | undefined,
  toolUseId: string,
): string | undefined {
  const facts = Object.entries(vendorFacts(metadata) ?? {}).filter(
    ([, { thoughtSignature }]) => thoughtSignature !== undefined,
  )
  return facts.length === 0 ? undefined : `${seal(Object.fromEntries(facts))}.${toolUseId}`
}

/** The tool use that redacted data are about, and the vendor's facts for it; undefined for a thought. */
export function readToolSignature(data: string): { toolUseId: string; facts: VendorFacts } | undefined {
  if (!isSealed(data)) return undefined
  const [mark, packed, toolUseId] = data.split('.')
  return toolUseId === undefined ? undefined : { toolUseId, facts: unseal(`${mark}.${packed}`) }
}
