import type { LanguageModelV4Message, LanguageModelV4Prompt } from '@ai-sdk/provider'
import {
  type Fields,
  isObject,
  optional,
  type Reader,
  readArray,
  readObject,
  readString,
  readWord,
  wrong,
} from '../../fields.ts'
import { readText, readUserParts } from './read-content.ts'

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
    else prompt.push({ role: 'system', content: readText(message.content, `${field}.content`) })
  }
  return prompt
}

type AssistantMessage = Extract<LanguageModelV4Message, { role: 'assistant' }>
type ToolMessage = Extract<LanguageModelV4Message, { role: 'tool' }>
type AssistantPart = AssistantMessage['content'][number]

function readAssistant(message: Fields, field: string, toolNames: Map<string, string>): AssistantMessage {
  const text = optional(readText, message.content, `${field}.content`) ?? ''
  const content: AssistantPart[] = text === '' ? [] : [{ type: 'text', text }]
  const calls = optional(readArray, message.tool_calls, `${field}.tool_calls`) ?? []
  for (const [i, item] of calls.entries()) {
    const path = `${field}.tool_calls[${i}]`
    const call = readObject(item, path)
    const called = readObject(call.function, `${path}.function`)
    const toolCallId = readString(call.id, `${path}.id`)
    const toolName = readString(called.name, `${path}.function.name`)
    toolNames.set(toolCallId, toolName)
    const input = readArguments(called.arguments, `${path}.function.arguments`)
    content.push({ type: 'tool-call', toolCallId, toolName, input })
  }
  return { role: 'assistant', content }
}

/** OpenAI's arguments are JSON text; '' is what some models write for none. */
const readArguments: Reader<Fields> = (value, field) => {
  const text = readString(value, field)
  let input: unknown
  try {
    input = JSON.parse(text.trim() === '' ? '{}' : text)
  } catch {
    throw wrong(field, 'JSON text')
  }
  if (isObject(input)) return input
  throw wrong(field, 'the JSON text of an object')
}

function readToolResult(message: Fields, field: string, toolNames: Map<string, string>): ToolMessage {
  const toolCallId = readString(message.tool_call_id, `${field}.tool_call_id`)
  const toolName = toolNames.get(toolCallId)
  if (toolName === undefined)
    throw wrong(`${field}.tool_call_id`, 'the id of a tool call in an earlier assistant message')
  const output = { type: 'text', value: readText(message.content, `${field}.content`) } as const
  return { role: 'tool', content: [{ type: 'tool-result', toolCallId, toolName, output }] }
}

/** Providers want the results of parallel calls in one turn. */
function appendToolResult(prompt: LanguageModelV4Prompt, message: ToolMessage): void {
  const last = prompt.at(-1)
  if (last?.role === 'tool') last.content.push(...message.content)
  else prompt.push(message)
}
