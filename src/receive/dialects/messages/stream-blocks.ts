import type { LanguageModelV4StreamPart, SharedV4ProviderMetadata } from '@ai-sdk/provider'
import { signedBy } from '../sealed-metadata.ts'
import { thoughtSignature, toolSignature } from './signed-thought.ts'
import { toolUseId } from './tool-use-id.ts'
import { textBlock, toolUseBlock } from './write-answer.ts'

/** An event of a stream in Anthropic's form. */
export type StreamEvent = Readonly<Record<string, unknown>> & { readonly type: string }

/** Turns the parts of a stream into Anthropic's blocks, one after the other. */
export interface StreamBlocks {
  /** The events that can be sent after a part: those of the block whose turn it is. */
  write(part: LanguageModelV4StreamPart): StreamEvent[]
  /** What is left, with every block closed. */
  close(): StreamEvent[]
  /** True once a tool of the caller's was called. */
  hasToolUse(): boolean
}

interface Block {
  readonly index: number
  readonly events: StreamEvent[]
  closed: boolean
}

interface ToolBlock extends Block {
  hasInput: boolean
  isSigned: boolean
}

interface Thought {
  block?: Block
  metadata?: SharedV4ProviderMetadata
}

/**
 * A block opens with the first piece of its text: Anthropic refuses empty ones in the next turn. Clients read one block
 * at a time, so what comes for a later one (parallel calls of tools, interleaved) waits until those before it are closed.
 */
export function createStreamBlocks(provider: string): StreamBlocks {
  const queue: Block[] = []
  const texts = new Map<string, Block>()
  const thoughts = new Map<string, Thought>()
  const tools = new Map<string, ToolBlock>()
  let count = 0

  const open = (content: object): Block => {
    const index = count++
    const block = {
      index,
      events: [{ type: 'content_block_start', index, content_block: content }],
      closed: false,
    }
    queue.push(block)
    return block
  }
  const add = (block: Block, delta: StreamEvent) =>
    block.events.push({ type: 'content_block_delta', index: block.index, delta })
  const close = (block: Block) => {
    block.events.push({ type: 'content_block_stop', index: block.index })
    block.closed = true
  }
  const addWhole = (content: object) => close(open(content))

  const addText = (id: string, text: string) => {
    if (text === '') return
    const block = texts.get(id) ?? open(textBlock(''))
    texts.set(id, block)
    add(block, { type: 'text_delta', text })
  }
  const endText = (id: string) => {
    const block = texts.get(id)
    texts.delete(id)
    if (block !== undefined) close(block)
  }
  const think = (id: string, text: string, metadata: SharedV4ProviderMetadata | undefined) => {
    const thought = thoughts.get(id) ?? {}
    thoughts.set(id, thought)
    if (metadata !== undefined) thought.metadata = { ...thought.metadata, ...metadata }
    if (text === '') return
    thought.block ??= open({ type: 'thinking', thinking: '', signature: '' })
    add(thought.block, { type: 'thinking_delta', thinking: text })
  }
  const endThought = (id: string) => {
    const { block, metadata } = thoughts.get(id) ?? {}
    thoughts.delete(id)
    if (block === undefined && signedBy(metadata) === undefined) return
    const signed = thoughtSignature(metadata, provider)
    if (signed.type === 'redacted_thinking') return addWhole(signed)
    const signing = block ?? open({ type: 'thinking', thinking: '', signature: '' })
    add(signing, { type: 'signature_delta', signature: signed.signature })
    close(signing)
  }
  const sign = (id: string, metadata: SharedV4ProviderMetadata | undefined): boolean => {
    const data = toolSignature(metadata, toolUseId(id))
    if (data !== undefined) addWhole({ type: 'redacted_thinking', data })
    return data !== undefined
  }
  const startTool = (id: string, name: string, metadata: SharedV4ProviderMetadata | undefined): ToolBlock => {
    const isSigned = sign(id, metadata)
    const block = Object.assign(open(toolUseBlock(toolUseId(id), name, {})), { hasInput: false, isSigned })
    tools.set(id, block)
    return block
  }
  const addInput = (block: ToolBlock, json: string) => {
    if (json === '') return
    block.hasInput = true
    add(block, { type: 'input_json_delta', partial_json: json })
  }
  const endTool = (part: Extract<LanguageModelV4StreamPart, { type: 'tool-call' }>) => {
    const { toolCallId: id, toolName, input, providerMetadata } = part
    const block = tools.get(id) ?? startTool(id, toolName, providerMetadata)
    if (block.closed) return
    if (!block.hasInput) addInput(block, input || '{}')
    close(block)
    if (!block.isSigned) sign(id, providerMetadata)
  }

  const take = (part: LanguageModelV4StreamPart) => {
    switch (part.type) {
      case 'text-delta':
        return addText(part.id, part.delta)
      case 'text-end':
        return endText(part.id)
      case 'reasoning-start':
        return think(part.id, '', part.providerMetadata)
      case 'reasoning-delta':
        return think(part.id, part.delta, part.providerMetadata)
      case 'reasoning-end':
        think(part.id, '', part.providerMetadata)
        return endThought(part.id)
      case 'tool-input-start':
        if (part.providerExecuted !== true) startTool(part.id, part.toolName, part.providerMetadata)
        return
      case 'tool-input-delta': {
        const block = tools.get(part.id)
        if (block !== undefined) addInput(block, part.delta)
        return
      }
      case 'tool-call':
        if (part.providerExecuted !== true) endTool(part)
    }
  }
  /** The events of the first open block, and of all closed ones before it. */
  const sendable = (): StreamEvent[] => {
    const events: StreamEvent[] = []
    for (let block = queue[0]; block !== undefined; block = queue[0]) {
      events.push(...block.events.splice(0))
      if (!block.closed) break
      queue.shift()
    }
    return events
  }

  return {
    write(part) {
      take(part)
      return sendable()
    },
    close() {
      for (const id of [...thoughts.keys()]) endThought(id)
      for (const block of queue) if (!block.closed) close(block)
      return sendable()
    },
    hasToolUse: () => tools.size > 0,
  }
}
