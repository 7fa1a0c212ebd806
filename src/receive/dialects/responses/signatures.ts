import type { SharedV4ProviderMetadata } from '@ai-sdk/provider'
import { type Reader, readString, wrong } from '../../fields.ts'
import { isSealed, type Signed, seal, signedBy, unseal } from '../sealed-metadata.ts'

/**
 * The `encrypted_content` of a reasoning item that holds what was signed: the one place that the Responses API has for
 * it. Undefined where nothing was.
 *
 * @param of the `call_id` of the function call, or the id of the message, that was signed; absent for a thought
 */
export function packSigned(metadata: SharedV4ProviderMetadata | undefined, of?: string): string | undefined {
  const by = signedBy(metadata)
  return by && seal({ ...(of === undefined ? {} : { of }), by })
}

/** True for an `encrypted_content` of ours, which only we can read. */
export function isPacked(encrypted: unknown): encrypted is string {
  return typeof encrypted === 'string' && isSealed(encrypted)
}

/** What `packSigned` packed. @throws MeritorderError `invalid_request` */
export const unpackSigned: Reader<Signed> = (value, field) => {
  const signed = unseal(readString(value, field))
  if (signed !== undefined && Object.keys(signed.by).length > 0) return signed
  throw wrong(field, 'what came with the answer, unchanged')
}
