import { MeritorderError } from '../errors.ts'
import type { JsonSchema } from './schema-example.ts'

export interface RequestedTool {
  readonly name: string
  readonly parameters: JsonSchema
}

/** A chat request as far as a simulated provider reads it. */
export interface ChatRequest {
  /** The model's name, without a fault ordered by it. */
  readonly model: string
  /** The fault ordered by the model's name: `some-model!cut:3` orders `cut:3`. */
  readonly fault?: string
  /** Text of the last user message. */
  readonly prompt: string
  /** Tokens of all messages, by `tokensOf`, plus four for each message's frame. */
  readonly promptTokens: number
  readonly stream: boolean
  readonly includeUsage: boolean
  readonly maxTokens?: number
  readonly tools: readonly RequestedTool[]
  /** What the caller demands: a call of any tool, of the named one, none, or what the provider likes. */
  readonly toolChoice: 'auto' | 'none' | 'required' | { readonly name: string }
  /** True when the last message brings a tool's result. */
  readonly answersTool: boolean
  readonly format: 'text' | 'json' | { readonly schema: JsonSchema }
}

/** Reads a request body; throws MeritorderError `invalid_request` that names the field which is wrong. */
export function readChatRequest(body: unknown): ChatRequest {
  if (!isRecord(body)) throw wrong('body', 'the body must be a JSON object')
  const { model: named, messages } = body
  if (typeof named !== 'string' || named === '') throw wrong('model', 'model must be a non-empty string')
  if (!Array.isArray(messages) || messages.length === 0) {
    throw wrong('messages', 'messages must be an array with at least one message')
  }
  const [model = named, fault] = named.split('!', 2)
  const maxTokens = body.max_completion_tokens ?? body.max_tokens
  const options = body.stream_options
  return {
    model,
    ...(fault === undefined ? {} : { fault }),
    prompt: textOf(messages.findLast((message) => isRecord(message) && message.role === 'user')),
    promptTokens: messages.reduce((sum: number, message) => sum + 4 + tokensOf(textOf(message)), 3),
    stream: body.stream === true,
    includeUsage: isRecord(options) && options.include_usage === true,
    ...(typeof maxTokens === 'number' ? { maxTokens } : {}),
    tools: readTools(body.tools),
    toolChoice: readToolChoice(body.tool_choice),
    answersTool: isRecord(messages.at(-1)) && messages.at(-1).role === 'tool',
    format: readFormat(body.response_format),
  }
}

/** Tokens by the simulator's rule: one for every four characters (code points), begun ones counted. */
export function tokensOf(text: string): number {
  return piecesOf(text).length
}

/** Text in tokens of four characters; a character is never split. */
export function piecesOf(text: string): string[] {
  return text.match(/[\s\S]{1,4}/gu) ?? []
}

/** Text of a message whose content is a string or a list of parts; the rest counts nothing. */
function textOf(message: unknown): string {
  const content = isRecord(message) ? message.content : undefined
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  return content.map((part) => (isRecord(part) && typeof part.text === 'string' ? part.text : '')).join('\n')
}

function readTools(tools: unknown): RequestedTool[] {
  if (tools === undefined || tools === null) return []
  if (!Array.isArray(tools)) throw wrong('tools', 'tools must be an array')
  return tools.map((tool, at) => {
    const described = isRecord(tool) ? tool.function : undefined
    if (!isRecord(described) || typeof described.name !== 'string') {
      throw wrong(`tools[${at}]`, 'a tool needs a function with a name')
    }
    const parameters = described.parameters
    return { name: described.name, parameters: isRecord(parameters) ? parameters : { type: 'object' } }
  })
}

function readToolChoice(choice: unknown): ChatRequest['toolChoice'] {
  if (choice === 'none' || choice === 'required') return choice
  const described = isRecord(choice) ? choice.function : undefined
  return isRecord(described) && typeof described.name === 'string' ? { name: described.name } : 'auto'
}

function readFormat(format: unknown): ChatRequest['format'] {
  if (!isRecord(format) || format.type === 'text') return 'text'
  if (format.type !== 'json_schema') return 'json'
  const described = format.json_schema
  const schema = isRecord(described) ? described.schema : undefined
  if (!isRecord(schema))
    throw wrong('response_format', 'response_format.json_schema.schema must be an object')
  return { schema }
}

function wrong(limit: string, message: string): MeritorderError {
  return new MeritorderError('invalid_request', message, { limit })
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
