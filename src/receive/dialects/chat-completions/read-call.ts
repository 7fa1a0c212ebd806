import type { LanguageModelV4CallOptions } from '@ai-sdk/provider'
import {
  defined,
  type Fields,
  optional,
  type Reader,
  readArray,
  readInteger,
  readNumber,
  readObject,
  readString,
  readWord,
  wrong,
} from '../../fields.ts'
import { readMessages } from './read-messages.ts'
import { readJsonSchema, readToolChoice, readTools } from './read-tools.ts'

/**
 * A chat-completions body in canonical form. Null counts as absent.
 *
 * Dropped, because the canonical form has no place for it and the answer stays right without it: `logit_bias`,
 * `logprobs`, `top_logprobs`, `metadata`, `store`, `user`, `safety_identifier`, `prompt_cache_key`, `service_tier`,
 * `prediction`, `verbosity`, `modalities`, `audio`, `reasoning.max_tokens`, `reasoning.exclude`, the `strict` of a
 * response format, the `name` of a message, `image_url.detail`, the `reasoning` of earlier answers, and every
 * field unknown to us.
 *
 * @throws MeritorderError `invalid_request` naming the field that is wrong or cannot be expressed.
 */
export function readCall(body: Fields): LanguageModelV4CallOptions {
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

/** How the next token is drawn and where to stop. @throws MeritorderError `invalid_request` */
export function readSampling(body: Fields) {
  return defined({
    temperature: optional(readNumber, body.temperature, 'temperature'),
    topP: optional(readNumber, body.top_p, 'top_p'),
    topK: optional(readInteger, body.top_k, 'top_k'),
    presencePenalty: optional(readNumber, body.presence_penalty, 'presence_penalty'),
    frequencyPenalty: optional(readNumber, body.frequency_penalty, 'frequency_penalty'),
    stopSequences: optional(readStop, body.stop, 'stop'),
    seed: optional(readInteger, body.seed, 'seed'),
  })
}

/** What would silently give another answer than the one asked for. */
function refuseInexpressible(body: Fields): void {
  if ((optional(readInteger, body.n, 'n') ?? 1) !== 1) throw wrong('n', '1 for this model')
  for (const field of ['functions', 'function_call'])
    if (body[field] !== undefined && body[field] !== null)
      throw wrong(field, 'replaced by tools and tool_choice for this model')
}

const readStop: Reader<string[]> = (value, field) =>
  typeof value === 'string'
    ? [value]
    : readArray(value, field).map((stop, i) => readString(stop, `${field}[${i}]`))

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
