import type { LanguageModelV4File } from '@ai-sdk/provider'
import type { ReplyFacts } from '../dialect.ts'

/**
 * Generated speech as OpenAI's `audio`; undefined for other files. It is kept nowhere, so that it has expired when it
 * comes: a later turn cannot refer to its id. No package gives a transcript.
 */
export function audioOf({ mediaType, data }: LanguageModelV4File, { id, created }: ReplyFacts) {
  if (!mediaType.startsWith('audio/') || data.type !== 'data') return undefined
  const base64 = typeof data.data === 'string' ? data.data : Buffer.from(data.data).toString('base64')
  return { id, data: base64, expires_at: created, transcript: '' }
}
