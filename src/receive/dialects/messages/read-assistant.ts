import type { LanguageModelV4Message } from '@ai-sdk/provider'
import { type Fields, readObject, readString, readWord, wrong } from '../../fields.ts'
import type { SignedBy } from '../sealed-metadata.ts'
import { cacheControl, readBlocks, withOptions } from './read-content.ts'
import type { Conversation } from './read-prompt.ts'
import { readThought, readToolSignature } from './signed-thought.ts'
import { toolCallId } from './tool-use-id.ts'

type Part = Extract<LanguageModelV4Message, { role: 'assistant' }>['content'][number]

const OWN_BLOCKS = ['text', 'thinking', 'redacted_thinking', 'tool_use', 'compaction'] as const

/** What Anthropic's own tools did, and what only its hosts can read of it. */
const SERVER_BLOCK =
  /^(server_tool_use|mcp_tool_use|container_upload|fallback|tool_addition|tool_removal|\w+_tool_result)$/

/**
 * An earlier answer in canonical form. Blocks of Anthropic's own tools are left out, as a loss: their results are
 * encrypted, and nobody else has such tools.
 *
 * @throws MeritorderError `invalid_request`
 */
export function readAssistant(value: unknown, field: string, conversation: Conversation): Part[] {
  const blocks = readBlocks(value, field)
  const signatures = toolSignatures(blocks)
  return blocks.flatMap((block, i): Part[] => {
    const path = `${field}[${i}]`
    if (typeof block.type === 'string' && SERVER_BLOCK.test(block.type)) {
      conversation.losses.push({ field: path, reason: `${block.type} can be read by Anthropic’s hosts only` })
      return []
    }
    const type = readWord(OWN_BLOCKS)(block.type, `${path}.type`)
    if (type === 'tool_use') return [readToolUse(block, path, conversation, signatures)]
    if (type === 'thinking') return readThinking(block, path)
    if (type === 'redacted_thinking') return readRedacted(readString(block.data, `${path}.data`))
    // A compaction is the summary that stands for what came before it.
    const member = type === 'text' ? 'text' : 'content'
    const text = readString(block[member], `${path}.${member}`)
    return text === '' ? [] : [withOptions({ type: 'text', text }, cacheControl(block))]
  })
}

function readThinking(block: Fields, path: string): Part[] {
  const text = readString(block.thinking, `${path}.thinking`)
  return [
    readThought(text, { type: 'thinking', signature: readString(block.signature, `${path}.signature`) }),
  ]
}

function readRedacted(data: string): Part[] {
  return readToolSignature(data) === undefined ? [readThought('', { type: 'redacted_thinking', data })] : []
}

function readToolUse(
  block: Fields,
  path: string,
  { toolNames, open }: Conversation,
  signatures: ReadonlyMap<string, SignedBy>,
): Part {
  const id = readString(block.id, `${path}.id`)
  const toolName = readString(block.name, `${path}.name`)
  const input = readObject(block.input, `${path}.input`)
  if (open.has(id)) throw wrong(`${path}.id`, 'an id that no other tool_use block of the message has')
  toolNames.set(id, toolName)
  open.add(id)
  const call = { type: 'tool-call' as const, toolCallId: toolCallId(id), toolName, input }
  return withOptions(withOptions(call, { ...signatures.get(id) }), cacheControl(block))
}

/** What vendors signed the tool calls of a message with, by `tool_use` id. */
function toolSignatures(blocks: readonly Fields[]): ReadonlyMap<string, SignedBy> {
  const found = blocks.flatMap(({ type, data }) => {
    const signature =
      type === 'redacted_thinking' && typeof data === 'string' ? readToolSignature(data) : undefined
    return signature === undefined ? [] : [[signature.of, signature.by] as const]
  })
  return new Map(found)
}
