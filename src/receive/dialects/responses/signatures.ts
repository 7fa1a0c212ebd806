import type { JSONObject, SharedV4ProviderMetadata } from '@ai-sdk/provider'
import { isObject, type Reader, readString, wrong } from '../../fields.ts'

/**
 * What a vendor signed of an answer and wants to see again with it: Claude's signatures of thoughts, Gemini's of
 * function calls. The Responses API has one place for it, the `encrypted_content` of a reasoning item.
 */
export interface Signed {
  /** Of the function call with this `call_id`, or the message with this id; absent: of the reasoning item itself. */
  readonly of?: string
  /** As the provider packages write and read it, by vendor. */
  readonly by: SharedV4ProviderMetadata
}

/** Ours, and the version of what follows. Everything else is OpenAI's own. */
const PREFIX = 'meritorder.1.'
/** In characters; the longest that vendors write are some hundred thousand. */
const MAX_LENGTH = 4 * 1024 * 1024

/** The members that vendors ask back. Nothing else is kept, or believed when it comes back. */
const SIGNATURES = ['signature', 'redactedData', 'thoughtSignature', 'reasoningEncryptedContent', 'itemId']

/** The `encrypted_content` that holds what was signed; undefined where nothing was. */
export function packSigned(metadata: SharedV4ProviderMetadata | undefined, of?: string): string | undefined {
  const by = signaturesIn(metadata)
  if (by === undefined) return undefined
  const signed: Signed = { ...(of === undefined ? {} : { of }), by }
  const packed = PREFIX + Buffer.from(JSON.stringify(signed)).toString('base64url')
  return packed.length > MAX_LENGTH ? undefined : packed
}

/** True for an `encrypted_content` of ours, which only we can read. */
export function isPacked(encrypted: unknown): encrypted is string {
  return typeof encrypted === 'string' && encrypted.startsWith(PREFIX)
}

/** What `packSigned` packed. It has been with the caller, so it is believed as far as its form goes. @throws MeritorderError `invalid_request` */
export const unpackSigned: Reader<Signed> = (value, field) => {
  const text = readString(value, field)
  const signed = text.length > MAX_LENGTH ? undefined : parsed(text.slice(PREFIX.length))
  const by = signaturesIn(signed?.by)
  if (signed === undefined || by === undefined) throw wrong(field, 'what came with the answer, unchanged')
  return { ...(typeof signed.of === 'string' ? { of: signed.of } : {}), by }
}

function parsed(base64url: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(base64url, 'base64url').toString())
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** By vendor, its signatures only; undefined where there is none. An item's id alone is none. */
function signaturesIn(metadata: unknown): SharedV4ProviderMetadata | undefined {
  if (!isObject(metadata)) return undefined
  const kept: [string, JSONObject][] = []
  for (const [vendor, said] of Object.entries(metadata)) {
    if (!isObject(said)) continue
    const members = SIGNATURES.flatMap((name) =>
      typeof said[name] === 'string' ? [[name, said[name]] as const] : [],
    )
    if (members.some(([name]) => name !== 'itemId')) kept.push([vendor, Object.fromEntries(members)])
  }
  return kept.length === 0 ? undefined : Object.fromEntries(kept)
}
