import type { SharedV4ProviderMetadata } from '@ai-sdk/provider'
import { isObject } from '../fields.ts'

/** What a model's vendor must be handed back with its own thought or tool call, by provider package and name. */
export type VendorFacts = Readonly<Record<string, Readonly<Record<string, string>>>>

/** Says that a text is a seal, and of which version. */
export const SEAL_MARK = 'meritorder1.'

/**
 * The names under which the provider packages keep signatures, encrypted thoughts and their ids. Nothing else is
 * sealed or read from a seal: a caller must not reach a provider's options through it.
 */
const SIGNED = new Set([
  'signature',
  'redactedData',
  'redactedContent',
  'thoughtSignature',
  'itemId',
  'reasoningEncryptedContent',
])

/**
 * Of a part's metadata what its vendor must get back, for a dialect that has one opaque field for it: Anthropic's
 * `signature`, OpenAI's `encrypted_content`. Undefined where there is nothing to keep.
 */
export function vendorFacts(metadata: SharedV4ProviderMetadata | undefined): VendorFacts | undefined {
  const facts = Object.entries(metadata ?? {}).flatMap(([vendor, values]) => {
    const signed = signedOf(values)
    return Object.keys(signed).length === 0 ? [] : [[vendor, signed] as const]
  })
  return facts.length === 0 ? undefined : Object.fromEntries(facts)
}

/** Packs facts into one text that its vendor alone will be sent: `meritorder1.` and base64url of JSON. */
export function seal(facts: VendorFacts): string {
  return SEAL_MARK + Buffer.from(JSON.stringify(facts)).toString('base64url')
}

/** True for what `seal` made; what vendors sign themselves never begins so. */
export function isSealed(text: string): boolean {
  return text.startsWith(SEAL_MARK)
}

/** What `seal` packed; empty for a seal that is broken or of a kind that is not known here. */
export function unseal(text: string): VendorFacts {
  try {
    const facts: unknown = JSON.parse(Buffer.from(text.slice(SEAL_MARK.length), 'base64url').toString('utf8'))
    if (!isObject(facts)) return {}
    return Object.fromEntries(Object.entries(facts).map(([vendor, values]) => [vendor, signedOf(values)]))
  } catch {
    return {}
  }
}

function signedOf(values: unknown): Record<string, string> {
  if (!isObject(values)) return {}
  const signed = Object.entries(values).filter(
    (entry): entry is [string, string] => SIGNED.has(entry[0]) && typeof entry[1] === 'string',
  )
  return Object.fromEntries(signed)
}
