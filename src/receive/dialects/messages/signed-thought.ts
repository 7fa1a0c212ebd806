import type { LanguageModelV4ReasoningPart, SharedV4ProviderMetadata } from '@ai-sdk/provider'
import { isSealed, type Signed, seal, signedBy, unseal } from '../sealed-metadata.ts'

/** Anthropic's signatures hold at whoever sells its models; these are their names in the provider packages. */
const SELLERS_OF_CLAUDE = ['anthropic', 'bedrock', 'amazonBedrock'] as const

/** What stands beside a thought in Anthropic's words, so that its vendor takes it back. */
export type ThoughtSignature =
  | { readonly type: 'thinking'; readonly signature: string }
  | { readonly type: 'redacted_thinking'; readonly data: string }

/**
 * Anthropic's own signature or redacted data as they are, what another vendor signed under our seal. A thought that
 * nobody signed is sealed with the name of the host whose model thought it.
 */
export function thoughtSignature(
  metadata: SharedV4ProviderMetadata | undefined,
  provider: string,
): ThoughtSignature {
  const by = signedBy(metadata)
  for (const seller of SELLERS_OF_CLAUDE) {
    const { signature, redactedData } = by?.[seller] ?? {}
    if (signature !== undefined) return { type: 'thinking', signature }
    if (redactedData !== undefined) return { type: 'redacted_thinking', data: redactedData }
  }
  return { type: 'thinking', signature: seal({ by: by ?? { [provider]: {} } }) }
}

/** A `thinking` or `redacted_thinking` block of an earlier answer, meant for its vendor alone. */
export function readThought(text: string, signed: ThoughtSignature): LanguageModelV4ReasoningPart {
  const opaque = signed.type === 'thinking' ? signed.signature : signed.data
  if (isSealed(opaque)) return { type: 'reasoning', text, providerOptions: { ...unseal(opaque)?.by } }
  const facts = signed.type === 'thinking' ? { signature: opaque } : { redactedData: opaque }
  // Some clients forget the signature: such a thought is nobody's.
  const sellers = opaque === '' ? [] : SELLERS_OF_CLAUDE
  const providerOptions = Object.fromEntries(sellers.map((seller) => [seller, facts]))
  return { type: 'reasoning', text, providerOptions }
}

/**
 * The `data` of a `redacted_thinking` block that carries what a vendor signed a tool call with (Gemini's
 * `thoughtSignature`): Anthropic's `tool_use` has no place for it. Undefined where nothing was signed.
 */
export function toolSignature(
  metadata: SharedV4ProviderMetadata | undefined,
  toolUseId: string,
): string | undefined {
  const by = Object.entries(signedBy(metadata) ?? {}).filter(
    ([, { thoughtSignature }]) => thoughtSignature !== undefined,
  )
  return by.length === 0 ? undefined : seal({ of: toolUseId, by: Object.fromEntries(by) })
}

/** What was signed of a tool call, if that is what redacted data hold. */
export function readToolSignature(data: string): Required<Signed> | undefined {
  const signed = isSealed(data) ? unseal(data) : undefined
  return signed?.of === undefined ? undefined : { of: signed.of, by: signed.by }
}
