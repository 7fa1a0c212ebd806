import type { SharedV4ProviderMetadata } from '@ai-sdk/provider'
import { isObject } from '../../json/is-object.ts'

/**
 * What a vendor signed of an answer and must be handed back with it: Claude's signatures of thoughts, Gemini's of
 * function calls, OpenAI's encrypted reasoning.
 */
export interface Signed {
  /** Of the tool call or message with this id; absent: of the thought itself. */
  readonly of?: string
  /** As the provider packages write and read it, by vendor. */
  readonly by: SignedBy
}

export type SignedBy = Readonly<Record<string, Readonly<Record<string, string>>>>

/** Ours, and the version of what follows; what vendors write themselves never begins so. */
export const SEAL_MARK = 'meritorder.1.'
/** In characters; the longest that vendors write are some hundred thousand. */
const MAX_LENGTH = 4 * 1024 * 1024

/**
 * The names under which the packages keep what has to go back. Nothing else is sealed, or believed when it comes back:
 * a caller must not reach a package's options through a seal.
 */
const SIGNED = new Set([
  'signature',
  'redactedData',
  'redactedContent',
  'thoughtSignature',
  'reasoningEncryptedContent',
  'itemId',
])

/** Of a part's metadata what was signed, by vendor; undefined where nothing was. The id of an item alone is no signature. */
export function signedBy(metadata: SharedV4ProviderMetadata | undefined): SignedBy | undefined {
  const signed = Object.entries(metadata ?? {}).flatMap(([vendor, values]) => {
    const members = signedIn(values)
    return Object.keys(members).some((name) => name !== 'itemId') ? [[vendor, members] as const] : []
  })
  return signed.length === 0 ? undefined : Object.fromEntries(signed)
}

/** One text for the opaque field that a dialect has for such things: `signature`, `data`, `encrypted_content`. */
export function seal(signed: Signed): string {
  return SEAL_MARK + Buffer.from(JSON.stringify(signed)).toString('base64url')
}

/** True for what `seal` made, which only we can read. */
export function isSealed(text: string): boolean {
  return text.startsWith(SEAL_MARK)
}

/** What `seal` sealed. It has been with the caller, so it is believed as far as its form goes; undefined for any other form. */
export function unseal(text: string): Signed | undefined {
  if (text.length > MAX_LENGTH) return undefined
  const signed = parsed(text.slice(SEAL_MARK.length))
  if (!isObject(signed) || !isObject(signed.by)) return undefined
  const by = Object.entries(signed.by).map(([vendor, values]) => [vendor, signedIn(values)] as const)
  return { ...(typeof signed.of === 'string' && { of: signed.of }), by: Object.fromEntries(by) }
}

function parsed(base64url: string): unknown {
  try {
    return JSON.parse(Buffer.from(base64url, 'base64url').toString('utf8'))
  } catch {
    return undefined
  }
}

function signedIn(values: unknown): Record<string, string> {
  if (!isObject(values)) return {}
  const members = Object.entries(values).filter(
    (entry): entry is [string, string] => SIGNED.has(entry[0]) && typeof entry[1] === 'string',
  )
  return Object.fromEntries(members)
}
