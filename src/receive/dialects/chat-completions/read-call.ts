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
import type { CanonicalCall, Loss } from '../dialect.ts'
import { readJsonSchema } from '../function-tool.ts'
import { untold } from '../losses.ts'
import { readMessages } from './read-messages.ts'
import { readSampling, SAMPLING } from './read-sampling.ts'
import { hasUnsignedThoughts } from './read-thoughts.ts'
import { readToolChoice, readTools } from './read-tools.ts'
import { ONLY_AT, readReasoning, vendorOptions } from './vendor-options.ts'

/** Members of the body that are read into the canonical form. */
const TOLD = new Set([
  ...['messages', 'tools', 'tool_choice', 'parallel_tool_calls', 'response_format', 'n'],
  ...['max_tokens', 'max_completion_tokens', 'reasoning', 'reasoning_effort', ...SAMPLING],
  ...['include_reasoning', 'modalities', ...Object.keys(ONLY_AT)],
])

/**
 * A chat-completions body in canonical form. Null counts as absent. Lost, besides whole members that have no place
 * in it: the `strict` of a response format, the `name` of a message and thoughts of earlier answers that nobody signed.
 *
 * @throws MeritorderError `invalid_request` naming the field that is wrong or cannot be expressed.
 */
export function readCall(body: Fields): CanonicalCall {
  return { options: readOptions(body), losses: [...untold(body, TOLD), ...partialLosses(body)] }
}

/** What only some vendors can be told, and what none can. */
function partialLosses(body: Fields): Loss[] {
  const losses: Loss[] = Object.entries(ONLY_AT)
    .filter(([field]) => (body[field] ?? undefined) !== undefined)
    .map(([field, takenBy]) => ({ field, reason: 'has no equal at this provider', takenBy }))
  if (Array.isArray(body.messages) && body.messages.some(hasUnsignedThoughts))
    losses.push({
      field: 'messages[].reasoning',
      reason: 'no vendor takes back thoughts that it did not sign',
    })
  return losses
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
      providerOptions: vendorOptions(body),
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
