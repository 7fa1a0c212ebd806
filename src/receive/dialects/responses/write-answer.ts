import type { LanguageModelV4Content, LanguageModelV4GenerateResult } from '@ai-sdk/provider'
import type { ReplyFacts } from '../dialect.ts'
import { type ItemKind, itemId } from './ids.ts'
import {
  functionCallItem,
  imageItem,
  messageItem,
  type OutputItem,
  reasoningItem,
  signatureItem,
} from './output-items.ts'
import { endingOf, responseObject } from './response-object.ts'

/**
 * A whole answer as OpenAI's `response`. Tools that the provider ran itself, their results and its sources are left
 * out: the client could only take them for its own.
 */
export function writeAnswer(result: LanguageModelV4GenerateResult, facts: ReplyFacts) {
  const { content, finishReason, usage } = result
  return responseObject(facts, endingOf(finishReason), outputOf(content, facts), usage)
}

function outputOf(content: readonly LanguageModelV4Content[], facts: ReplyFacts): OutputItem[] {
  const output: OutputItem[] = []
  const nextId = (kind: ItemKind) => itemId(kind, facts.id, output.length)
  const add = (item: OutputItem | undefined) => {
    if (item !== undefined) output.push(item)
  }
  for (const part of content)
    if (part.type === 'text' && part.text !== '') {
      const id = nextId('msg')
      add(messageItem(id, [part.text], 'completed'))
      add(signatureItem(nextId('rs'), part.providerMetadata, id))
    } else if (part.type === 'reasoning') {
      const item = reasoningItem(nextId('rs'), part.text, part.providerMetadata)
      if (part.text !== '' || item.encrypted_content !== null) add(item)
    } else if (part.type === 'tool-call' && part.providerExecuted !== true) {
      add(signatureItem(nextId('rs'), part.providerMetadata, part.toolCallId))
      add(functionCallItem(nextId('fc'), { ...part, input: part.input || '{}' }, 'completed'))
    } else if (part.type === 'file') add(imageItem(nextId('ig'), part))
  return output
}
