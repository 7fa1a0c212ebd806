import type {
  LanguageModelV4Source,
  LanguageModelV4StreamPart,
  SharedV4ProviderMetadata,
} from '@ai-sdk/provider'
import {
  addImage,
  type OpenItem,
  type OpenMessage,
  type OpenToolCall,
  openMessage,
  openReasoning,
  openToolCall,
  type StreamedOutput,
} from './open-items.ts'

type Metadata = SharedV4ProviderMetadata | undefined

/** Turns the parts of a stream into items of a response, one after the other. */
export interface ItemWriter {
  write(part: LanguageModelV4StreamPart): void
  /** Ends what a provider left open. */
  closeAll(): void
}

/** What a part brings that is no item for the client (steps of the provider's own tools) is left out. */
export function itemWriter(output: StreamedOutput, generationId: string): ItemWriter {
  const texts = createTexts(output, generationId)
  const thoughts = new Map<string, OpenItem>()
  const calls = new Map<string, OpenToolCall>()
  const thought = (id: string): OpenItem => {
    const block = thoughts.get(id) ?? openReasoning(output, generationId)
    thoughts.set(id, block)
    return block
  }
  const call = (id: string, name: string, metadata: Metadata): OpenToolCall => {
    const known = calls.get(id) ?? openToolCall(output, generationId, id, name, metadata)
    calls.set(id, known)
    return known
  }
  const items: ItemWriter = {
    write(part) {
      const metadata = 'providerMetadata' in part ? part.providerMetadata : undefined
      if (beginsOther(part)) texts.closeEnded()
      if (part.type === 'text-start') texts.add(part.id, '', metadata)
      if (part.type === 'text-delta') texts.add(part.id, part.delta, metadata)
      if (part.type === 'text-end') texts.end(part.id, metadata)
      if (part.type === 'source') texts.cite(part)
      if (part.type === 'reasoning-start') thought(part.id).add('', metadata)
      if (part.type === 'reasoning-delta') thought(part.id).add(part.delta, metadata)
      if (part.type === 'reasoning-end') {
        thoughts.get(part.id)?.close(metadata)
        thoughts.delete(part.id)
      }
      if (part.type === 'file') addImage(output, generationId, part)
      if (part.type === 'tool-input-start' && part.providerExecuted !== true)
        call(part.id, part.toolName, metadata)
      if (part.type === 'tool-input-delta') calls.get(part.id)?.add(part.delta)
      if (part.type === 'tool-call' && part.providerExecuted !== true) {
        call(part.toolCallId, part.toolName, metadata).end(part)
        calls.delete(part.toolCallId)
      }
    },
    closeAll() {
      texts.closeAll()
      for (const item of [...thoughts.values(), ...calls.values()]) item.close()
    },
  }
  return items
}

/** True for a part after which a message that has ended gets no more sources. */
function beginsOther({ type }: LanguageModelV4StreamPart): boolean {
  return ['text-start', 'reasoning-start', 'tool-input-start', 'tool-call', 'file'].includes(type)
}

interface OpenText {
  readonly message: OpenMessage
  ended?: { readonly metadata: Metadata }
}

/** Messages, each open for the sources that some providers tell after its end. */
function createTexts(output: StreamedOutput, generationId: string) {
  const texts = new Map<string, OpenText>()
  /** Told before any text. */
  let early: LanguageModelV4Source[] = []
  const close = (id: string, { message, ended }: OpenText) => {
    message.close(ended?.metadata)
    texts.delete(id)
  }
  return {
    add(id: string, delta: string, metadata: Metadata): void {
      const text = texts.get(id) ?? { message: openMessage(output, generationId) }
      texts.set(id, text)
      text.message.add(delta, metadata)
      for (const source of early) text.message.cite(source)
      early = []
    },
    end(id: string, metadata: Metadata): void {
      const text = texts.get(id)
      if (text !== undefined) text.ended = { metadata }
    },
    cite(source: LanguageModelV4Source): void {
      const last = [...texts.values()].at(-1)
      if (last === undefined) early.push(source)
      else last.message.cite(source)
    },
    closeEnded(): void {
      for (const [id, text] of texts) if (text.ended !== undefined) close(id, text)
    },
    closeAll(): void {
      for (const [id, text] of texts) close(id, text)
    },
  }
}
