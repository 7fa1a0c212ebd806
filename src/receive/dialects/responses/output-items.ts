import type { LanguageModelV4File, SharedV4ProviderMetadata } from '@ai-sdk/provider'
import type { Annotation } from './annotation.ts'
import { packSigned } from './signatures.ts'

export type ItemStatus = 'in_progress' | 'completed' | 'incomplete'

/** A model's words. */
export function messageItem(id: string, content: readonly TextPart[], status: ItemStatus) {
  return { id, type: 'message', status, role: 'assistant', content } as const
}

/** One part of a message, with what it rests on. */
export function textPart(text: string, annotations: readonly Annotation[] = []) {
  return { type: 'output_text', text, annotations, logprobs: [] } as const
}

type TextPart = ReturnType<typeof textPart>

/**
 * A model's thoughts, where clients look for what can be shown of them: in the summary. What the vendor signed goes
 * along in `encrypted_content`.
 */
export function reasoningItem(id: string, text: string, metadata?: SharedV4ProviderMetadata) {
  return {
    id,
    type: 'reasoning',
    summary: text === '' ? [] : [summaryPart(text)],
    encrypted_content: packSigned(metadata) ?? null,
  } as const
}

export function summaryPart(text: string) {
  return { type: 'summary_text', text } as const
}

/** A reasoning item without thoughts that holds what was signed of another item; undefined where nothing was. */
export function signatureItem(id: string, metadata: SharedV4ProviderMetadata | undefined, of: string) {
  const encrypted = packSigned(metadata, of)
  if (encrypted === undefined) return undefined
  return { id, type: 'reasoning', summary: [], encrypted_content: encrypted } as const
}

/** A call of a function that is the client's to run. */
export function functionCallItem(
  id: string,
  call: { readonly toolCallId: string; readonly toolName: string; readonly input: string },
  status: ItemStatus,
) {
  const { toolCallId, toolName, input } = call
  return { id, type: 'function_call', status, call_id: toolCallId, name: toolName, arguments: input } as const
}

/** A generated image; undefined for other files and for addresses, which have no place in a response. */
export function imageItem(id: string, { mediaType, data }: LanguageModelV4File) {
  if (!mediaType.startsWith('image/') || data.type === 'url') return undefined
  const result = typeof data.data === 'string' ? data.data : Buffer.from(data.data).toString('base64')
  return { id, type: 'image_generation_call', status: 'completed', result } as const
}

export type OutputItem =
  | ReturnType<typeof messageItem>
  | ReturnType<typeof reasoningItem>
  | NonNullable<ReturnType<typeof signatureItem>>
  | ReturnType<typeof functionCallItem>
  | NonNullable<ReturnType<typeof imageItem>>
