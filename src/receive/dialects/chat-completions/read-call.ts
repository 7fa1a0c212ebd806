import type { LanguageModelV4CallOptions } from '@ai-sdk/provider'
import {
  defined,
  type Fields,
  optional,
  type Reader,
  readInteger,
  readObject,
  readString,
  readWord,
  wrong,
} from '../../fields.ts'
import type { CanonicalCall } from '../dialect.ts'
import { untold } from '../losses.ts'
import { readMessages } from './read-messages.ts'
import { readSampling, SAMPLING } from './read-sampling.ts'
import { readJsonSchema, readToolChoice, readTools } from './read-tools.ts'

/** Members of the body that are read into the canonical form. */
const TOLD = new Set([
  ...['messages', 'tools', 'tool_choice', 'parallel_tool_calls', 'response_format', 'n'],
  ...['max_tokens', 'max_completion_tokens', 'reasoning', 'reasoning_effort', ...SAMPLING],
])

/**
 * A chat-completions body in canonical form. Null counts as absent. Lost, besides whole members that have no place
 * in it: `reasoning.max_tokens`, `reasoning.exclude`, the `strict` of a response format, the `name` of a message,
 * `image_url.detail` and the `reasoning` of earlier answers.
 *
 * @throws MeritorderError `invalid_request` naming the field that is wrong or cannot be expressed.
 */
export function readCall(body: Fields): CanonicalCall {
  return { options: readOptions(body), losses: untold(body, TOLD) }
}

function readOptions(body: Fields): LanguageModelV4CallOptions {
  refuseInexpressible(body)
  const tools = optional(readTools, body.tools, 'tools')
  return {
    prompt: readMessages(body.messages),
    ...readSampling(body),
    ...defined({
      maxOutputTokens:
        optional(readInteger, body.max_completion_tokens, 'max_completion_tokens') ??
        optional(readInteger, body.max_tokens, 'max_tokens'),
      responseFormat: optional(readResponseFormat, body.response_format, 'response_format'),
      reasoning: readReasoning(body),
      tools,
      toolChoice: optional(readToolChoice(tools ?? []), body.tool_choice, 'tool_choice'),
    }),
  }
}

/** What would silently give another answer than the one asked for. */
function refuseInexpressible(body: Fields): void {
  if ((optional(readInteger, body.n, 'n') ?? 1) !== 1) throw wrong('n', '1 for this model')
  for (const field of ['functions', 'function_call'])
    if (body[field] !== undefined && body[field] !== null)
      throw wrong(field, 'replaced by tools and tool_choice for this model')
}

const FORMATS = ['text', 'json_object', 'json_schema'] as const

const readResponseFormat: Reader<LanguageModelV4CallOptions['responseFormat']> = (value, field) => {
  const format = readObject(value, field)
  const type = readWord(FORMATS)(format.type, `${field}.type`)
  if (type === 'text') return undefined
  if (type === 'json_object') return { type: 'json' }
  const named = readObject(format.json_schema, `${field}.json_schema`)
  return {
    type: 'json',
    ...defined({
      schema: optional(readJsonSchema, named.schema, `${field}.json_schema.schema`),
      name: optional(readString, named.name, `${field}.json_schema.name`),
      description: optional(readString, named.description, `${field}.json_schema.description`),
    }),
  }
}

const EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const

/** OpenAI's `reasoning_effort`, else OpenRouter's `reasoning`. */
function readReasoning(body: Fields): LanguageModelV4CallOptions['reasoning'] {
  const effort = optional(readWord(EFFORTS), body.reasoning_effort, 'reasoning_effort')
  const reasoning = optional(readObject, body.reasoning, 'reasoning')
  if (effort !== undefined || reasoning === undefined) return effort
  if (reasoning.enabled === false) return 'none'
  // OpenRouter's `enabled: true` means medium effort.
  const asked = optional(readWord(EFFORTS), reasoning.effort, 'reasoning.effort')
  return asked ?? (reasoning.enabled === true ? 'medium' : undefined)
}
