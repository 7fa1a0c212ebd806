import type { LanguageModelV4Content, LanguageModelV4GenerateResult } from '@ai-sdk/provider'
import type { ReplyFacts } from '../dialect.ts'
import { signedBy } from '../sealed-metadata.ts'
import { MESSAGE_USAGE, NO_MORE, stopReason, usageOf } from './ending.ts'
import { thoughtSignature, toolSignature } from './signed-thought.ts'
import { toolUseId } from './tool-use-id.ts'

/**
 * A whole answer as Anthropic's `message`. Tools that the provider ran itself, their results, its sources and
 * generated files are left out: this API has a place only for those of Anthropic.
 */
export function writeAnswer(
  { content, finishReason, usage }: LanguageModelV4GenerateResult,
  facts: ReplyFacts,
) {
  const blocks = content.flatMap((part) => blocksOf(part, facts.provider))
  return {
    id: facts.id,
    type: 'message',
    role: 'assistant',
    model: facts.model,
    content: blocks,
    stop_reason: stopReason(
      finishReason,
      blocks.some(({ type }) => type === 'tool_use'),
    ),
    stop_sequence: null,
    ...NO_MORE,
    usage: { ...usageOf(usage), ...MESSAGE_USAGE },
  }
}

type Block = Readonly<Record<string, unknown>> & { readonly type: string }

/** Empty texts are left out: in the next turn Anthropic would refuse them. */
function blocksOf(part: LanguageModelV4Content, provider: string): Block[] {
  if (part.type === 'text') return part.text === '' ? [] : [textBlock(part.text)]
  if (part.type === 'reasoning') {
    if (part.text === '' && signedBy(part.providerMetadata) === undefined) return []
    const signed = thoughtSignature(part.providerMetadata, provider)
    return [signed.type === 'thinking' ? { ...signed, thinking: part.text } : signed]
  }
  if (part.type !== 'tool-call' || part.providerExecuted === true) return []
  const id = toolUseId(part.toolCallId)
  const data = toolSignature(part.providerMetadata, id)
  const called = toolUseBlock(id, part.toolName, inputOf(part.input))
  return data === undefined ? [called] : [{ type: 'redacted_thinking', data }, called]
}

export function textBlock(text: string) {
  return { type: 'text', text, citations: null }
}

export function toolUseBlock(id: string, name: string, input: object) {
  return { type: 'tool_use', id, name, input, caller: { type: 'direct' } }
}

/** Arguments that are no JSON object are wrapped as Anthropic's documentation of tool streaming advises. */
function inputOf(text: string): object {
  if (text.trim() === '') return {}
  try {
    const input: unknown = JSON.parse(text)
    if (typeof input === 'object' && input !== null && !Array.isArray(input)) return input
  } catch {}
  return { INVALID_JSON: text }
}
