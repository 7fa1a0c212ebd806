import type { LanguageModelV4Content, LanguageModelV4GenerateResult } from '@ai-sdk/provider'
import type { ReplyFacts } from '../dialect.ts'
import { type Annotation, annotationOf } from './annotation.ts'
import { type ItemKind, itemId } from './ids.ts'
import {
  functionCallItem,
  imageItem,
  messageItem,
  type OutputItem,
  reasoningItem,
  signatureItem,
  textPart,
} from './output-items.ts'
import { endingOf, responseObject } from './response-object.ts'

/**
 * A whole answer as OpenAI's `response`. Tools that the provider ran itself and their results are left out: the client
 * could only take them for its own.
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
  const sources = sourcesByText(content)
  for (const part of content)
    if (part.type === 'text' && part.text !== '') {
      const id = nextId('msg')
      add(messageItem(id, [textPart(part.text, sources.get(part))], 'completed'))
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

/** Sources stand after the text that rests on them, or before all text. */
function sourcesByText(
  content: readonly LanguageModelV4Content[],
): Map<LanguageModelV4Content, Annotation[]> {
  const sources = new Map<LanguageModelV4Content, Annotation[]>()
  const texts = content.filter((part) => part.type === 'text' && part.text !== '')
  let last = texts[0]
  for (const part of content) {
    if (texts.includes(part)) last = part
    if (part.type === 'source' && last !== undefined)
      sources.set(last, [...(sources.get(last) ?? []), annotationOf(part)])
  }
  return sources
}
