import type {
  LanguageModelV4Message,
  LanguageModelV4Prompt,
  LanguageModelV4ToolResultOutput,
  SharedV4ProviderOptions,
} from '@ai-sdk/provider'
import { type Fields, optional, readArray, readObject, readString, readWord, wrong } from '../../fields.ts'
import { appendToolResult, type ToolMessage } from '../append-tool-result.ts'
import { readArguments } from '../function-tool.ts'
import { readCachePoint } from './cache-point.ts'
import { readTextParts, readUserParts } from './read-content.ts'
import { readThoughts } from './read-thoughts.ts'

const ROLES = ['system', 'developer', 'user', 'assistant', 'tool'] as const

/**
 * `messages` in canonical form. Results of tool calls find the name of their tool in the call they answer, and
 * those that follow one another become one message.
 *
 * @throws MeritorderError `invalid_request`
 */
export function readMessages(value: unknown): LanguageModelV4Prompt {
  const prompt: LanguageModelV4Prompt = []
  const toolNames = new Map<string, string>()
  for (const [i, item] of readArray(value, 'messages').entries()) {
    const field = `messages[${i}]`
    const message = readObject(item, field)
    const role = readWord(ROLES)(message.role, `${field}.role`)
    if (role === 'user') prompt.push({ role, content: readUserParts(message.content, `${field}.content`) })
    else if (role === 'assistant') prompt.push(readAssistant(message, field, toolNames))
    else if (role === 'tool') appendToolResult(prompt, readToolResult(message, field, toolNames))
    else prompt.push(...readSystem(message, field))
  }
  return prompt
}

type SystemMessage = Extract<LanguageModelV4Message, { role: 'system' }>

/** One message, or where parts say what to cache one for each of them, because it is said of whole messages there. */
function readSystem(message: Fields, field: string): SystemMessage[] {
  const parts = readTextParts(message.content, `${field}.content`)
  const ofMessage = readCachePoint(message, field)
  if (ofMessage === undefined && parts.every((part) => part.providerOptions === undefined))
    return [{ role: 'system', content: parts.map(({ text }) => text).join('\n') }]
  return parts.map(({ text, providerOptions }, i) => {
    const options = providerOptions ?? (i === parts.length - 1 ? ofMessage : undefined)
    return { role: 'system', content: text, ...(options !== undefined && { providerOptions: options }) }
  })
}

type AssistantMessage = Extract<LanguageModelV4Message, { role: 'assistant' }>
type AssistantPart = AssistantMessage['content'][number]

function readAssistant(message: Fields, field: string, toolNames: Map<string, string>): AssistantMessage {
  const calls = optional(readArray, message.tool_calls, `${field}.tool_calls`) ?? []
  const read = calls.map((item, i) => readToolCall(item, `${field}.tool_calls[${i}]`))
  for (const { toolCallId, toolName } of read) toolNames.set(toolCallId, toolName)
  const ids = new Set(read.map(({ toolCallId }) => toolCallId))
  const { parts, ofCalls, ofText } = readThoughts(
    message.reasoning_details,
    `${field}.reasoning_details`,
    ids,
  )
  const texts = optional(readTextParts, message.content, `${field}.content`) ?? []
  const content: AssistantPart[] = [
    ...parts,
    ...texts.map((text) => withOptions(text, ofText)),
    ...read.map((call) => withOptions(call, ofCalls.get(call.toolCallId))),
  ]
  const cachePoint = readCachePoint(message, field)
  return withOptions({ role: 'assistant', content }, cachePoint)
}

function withOptions<T extends object>(
  part: T & { readonly providerOptions?: SharedV4ProviderOptions },
  options: SharedV4ProviderOptions | undefined,
): T {
  return options === undefined ? part : { ...part, providerOptions: { ...part.providerOptions, ...options } }
}

function readToolCall(item: unknown, path: string) {
  const call = readObject(item, path)
  const called = readObject(call.function, `${path}.function`)
  return {
    type: 'tool-call' as const,
    toolCallId: readString(call.id, `${path}.id`),
    toolName: readString(called.name, `${path}.function.name`),
    input: readArguments(called.arguments, `${path}.function.arguments`),
  }
}

function readToolResult(message: Fields, field: string, toolNames: Map<string, string>): ToolMessage {
  const toolCallId = readString(message.tool_call_id, `${field}.tool_call_id`)
  const toolName = toolNames.get(toolCallId)
  if (toolName === undefined)
    throw wrong(`${field}.tool_call_id`, 'the id of a tool call in an earlier assistant message')
  const output = readOutput(message.content, `${field}.content`)
  const result = { type: 'tool-result' as const, toolCallId, toolName, output }
  return { role: 'tool', content: [withOptions(result, readCachePoint(message, field))] }
}

/** Text, or parts where there is more to a result than that. */
function readOutput(value: unknown, field: string): LanguageModelV4ToolResultOutput {
  const parts = readUserParts(value, field)
  if (parts.some((part) => part.type === 'file')) return { type: 'content', value: parts }
  return { type: 'text', value: parts.map((part) => (part.type === 'text' ? part.text : '')).join('\n') }
}
