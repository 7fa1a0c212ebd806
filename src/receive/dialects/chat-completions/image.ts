import type { LanguageModelV4File } from '@ai-sdk/provider'

/** A generated image as OpenRouter writes it into `images`; empty for other files, which have no place there. */
export function imageOf({ mediaType, data }: LanguageModelV4File) {
  if (!mediaType.startsWith('image/')) return []
  const url =
    data.type === 'url'
      ? data.url.href
      : `data:${mediaType};base64,${typeof data.data === 'string' ? data.data : Buffer.from(data.data).toString('base64')}`
  return [{ type: 'image_url', image_url: { url } }]
}
