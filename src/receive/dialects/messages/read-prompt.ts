import type {
  LanguageModelV4Message,
  LanguageModelV4Prompt,
  LanguageModelV4ToolResultPart,
} from '@ai-sdk/provider'
import {
  type Fields,
  optional,
  readArray,
  readBoolean,
  readObject,
  readString,
  readWord,
  wrong,
} from '../../fields.ts'
import type { Loss } from '../dialect.ts'
import { readAssistant } from './read-assistant.ts'
import {
  CONTENT_BLOCKS,
  type ContentPart,
  cacheControl,
  readBlocks,
  readContentBlock,
  withOptions,
} from './read-content.ts'
import { toolCallId } from './tool-use-id.ts'

/** What reading a conversation has to remember. */
export interface Conversation {
  /** Names of the tools behind the calls so far, by `tool_use` id. */
  readonly toolNames: Map<string, string>
  /** Ids of the last assistant turn that no result has answered yet. */
  readonly open: Set<string>
  readonly losses: Loss[]
}

const ROLES = ['user', 'assistant', 'system'] as const

/**
 * `system` and `messages` in canonical form. The results of tools come first in a user's turn, as a message of their
 * own; every call must be answered in the turn after it, and every answer must have a call.
 *
 * @throws MeritorderError `invalid_request`
 */
export function readPrompt(body: Fields): { prompt: LanguageModelV4Prompt; losses: Loss[] } {
  const conversation: Conversation = { toolNames: new Map(), open: new Set(), losses: [] }
  const messages = readArray(body.messages, 'messages')
  const prompt: LanguageModelV4Prompt = readSystem(body.system)
  for (const [i, item] of messages.entries()) {
    const field = `messages[${i}]`
    const message = readObject(item, field)
    const role = readWord(ROLES)(message.role, `${field}.role`)
    const path = `${field}.content`
    if (role === 'system') prompt.push({ role, content: textOf(message.content, path) })
    else if (role === 'user') prompt.push(...readUser(message.content, path, conversation))
    else {
      requireAnswers(conversation, field)
      const content = readAssistant(message.content, path, conversation)
      if (content.length > 0) prompt.push({ role, content })
      else if (i < messages.length - 1 && isEmpty(message.content)) throw empty(path)
    }
  }
  requireAnswers(conversation, `messages[${messages.length}]`)
  return { prompt, losses: conversation.losses }
}

/** Claude Code tells Anthropic's billing who calls, in a text that is another one at every call. */
const BILLING = 'x-anthropic-billing-header:'

/**
 * `system` as one message: a second one is refused by the chat templates of many open models. It is cached as far as
 * its last marked block.
 */
function readSystem(value: unknown): LanguageModelV4Prompt {
  const blocks = optional(readBlocks, value, 'system') ?? []
  const texts = blocks.map((block, i) => {
    readWord(['text'])(block.type, `system[${i}].type`)
    return readString(block.text, `system[${i}].text`)
  })
  const content = texts.filter((text) => text !== '' && !text.startsWith(BILLING)).join('\n\n')
  if (content === '') return []
  const marked = blocks.findLast((block) => block.cache_control !== undefined) ?? {}
  return [withOptions({ role: 'system', content }, cacheControl(marked))]
}

function textOf(value: unknown, field: string): string {
  const texts = readBlocks(value, field).map((block, i) => {
    readWord(['text'])(block.type, `${field}[${i}].type`)
    return readString(block.text, `${field}[${i}].text`)
  })
  return texts.join('\n\n')
}

function readUser(value: unknown, field: string, conversation: Conversation): LanguageModelV4Message[] {
  const results: LanguageModelV4ToolResultPart[] = []
  const content: ContentPart[] = []
  for (const [i, block] of readBlocks(value, field).entries()) {
    const path = `${field}[${i}]`
    const type = readWord([...CONTENT_BLOCKS, 'tool_result'])(block.type, `${path}.type`)
    if (type === 'tool_result') results.push(readToolResult(block, path, conversation))
    else content.push(...readContentBlock(block, path))
  }
  requireAnswers(conversation, field)
  const said = content.filter((part) => part.type !== 'text' || part.text.trim() !== '')
  if (said.length === 0 && results.length === 0) throw empty(field)
  return [
    ...(results.length > 0 ? [{ role: 'tool' as const, content: results }] : []),
    ...(said.length > 0 ? [{ role: 'user' as const, content: said }] : []),
  ]
}

function readToolResult(
  block: Fields,
  path: string,
  { toolNames, open }: Conversation,
): LanguageModelV4ToolResultPart {
  const id = readString(block.tool_use_id, `${path}.tool_use_id`)
  const toolName = toolNames.get(id)
  if (toolName === undefined || !open.delete(id))
    throw wrong(`${path}.tool_use_id`, 'the id of a tool_use block in the assistant message before it')
  const failed = optional(readBoolean, block.is_error, `${path}.is_error`) ?? false
  const output = readOutput(block.content, `${path}.content`, failed)
  return withOptions(
    { type: 'tool-result', toolCallId: toolCallId(id), toolName, output },
    cacheControl(block),
  )
}

/** Text alone is the plain form that every provider takes; an error with images is told by a text before them. */
function readOutput(value: unknown, field: string, failed: boolean): LanguageModelV4ToolResultPart['output'] {
  const blocks = optional(readBlocks, value, field) ?? []
  const parts = blocks.flatMap((block, i) => readContentBlock(block, `${field}[${i}]`))
  const texts = parts.flatMap((part) => (part.type === 'text' ? [part.text] : []))
  if (texts.length === parts.length) return { type: failed ? 'error-text' : 'text', value: texts.join('\n') }
  return { type: 'content', value: failed ? [{ type: 'text', text: 'The tool failed.' }, ...parts] : parts }
}

/** Every provider refuses a call without its result; their words name no message. */
function requireAnswers({ open, toolNames }: Conversation, field: string): void {
  const [id] = open
  if (id === undefined) return
  throw wrong(
    field,
    `a user message with a tool_result for ${id} (${toolNames.get(id)}), which was called before`,
  )
}

function isEmpty(content: unknown): boolean {
  return content === '' || (Array.isArray(content) && content.length === 0)
}

function empty(field: string) {
  return wrong(field, 'content that is not empty')
}
