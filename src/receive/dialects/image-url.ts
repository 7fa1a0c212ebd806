import type { LanguageModelV4FilePart } from '@ai-sdk/provider'
import { type Reader, readString, wrong } from '../fields.ts'

/**
 * The web address of an image, as a file part. It is handed on and never fetched here: whoever could make us fetch
 * could look into our network.
 *
 * @throws MeritorderError `invalid_request` for anything but an https address.
 */
export const readImageUrl: Reader<LanguageModelV4FilePart> = (value, field) => {
  const url = readWebAddress(value, field)
  const extension = /\.(\w+)$/.exec(url.pathname)?.[1]?.toLowerCase() ?? ''
  return { type: 'file', data: { type: 'url', url }, mediaType: IMAGE_TYPES.get(extension) ?? 'image/*' }
}

/** An https address, which the provider fetches. @throws MeritorderError `invalid_request` */
export const readWebAddress: Reader<URL> = (value, field) => {
  const text = readString(value, field)
  if (text.startsWith('https://') && URL.canParse(text)) return new URL(text)
  throw wrong(field, 'a valid https address')
}

/** Gemini wants to be told the type of what it fetches. */
const IMAGE_TYPES: ReadonlyMap<string, string> = new Map([
  ['png', 'image/png'],
  ['jpg', 'image/jpeg'],
  ['jpeg', 'image/jpeg'],
  ['webp', 'image/webp'],
  ['gif', 'image/gif'],
  ['heic', 'image/heic'],
  ['heif', 'image/heif'],
])
