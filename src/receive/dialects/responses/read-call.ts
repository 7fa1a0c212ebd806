import type { LanguageModelV4CallOptions, SharedV4ProviderOptions } from '@ai-sdk/provider'
import {
  defined,
  type Fields,
  optional,
  type Reader,
  readArray,
  readBoolean,
  readLimit,
  readNumber,
  readObject,
  readString,
  readWord,
  wrong,
} from '../../fields.ts'
import type { CanonicalCall, Loss } from '../dialect.ts'
import { readJsonSchema } from '../function-tool.ts'
import { untold } from '../losses.ts'
import { inputItems } from './input-items.ts'
import { readPrompt } from './read-prompt.ts'
import { readToolUse } from './read-tools.ts'

/** Members of the body that are read into the canonical form, or ask for what every answer has. */
const TOLD = new Set([
  ...['input', 'instructions', 'tools', 'tool_choice', 'parallel_tool_calls', 'text', 'reasoning'],
  ...['max_output_tokens', 'temperature', 'top_p', 'top_k', 'presence_penalty', 'frequency_penalty'],
  ...['store', 'previous_response_id', 'include', 'background', 'truncation', 'prompt_cache_key'],
])

/**
 * A Responses body in canonical form. Null counts as absent.
 *
 * @param earlier the items of the conversation that `previous_response_id` goes on with
 * @throws MeritorderError `invalid_request` naming the field that is wrong or cannot be expressed.
 */
export function readCall(body: Fields, earlier?: readonly unknown[]): CanonicalCall {
  if (body.prompt !== undefined && body.prompt !== null)
    throw wrong('prompt', 'replaced by instructions and input: the template lies at OpenAI')
  const instructions = optional(readString, body.instructions, 'instructions')
  const prompt = readPrompt(inputItems(body.input, earlier))
  if (instructions) prompt.unshift({ role: 'system', content: instructions })
  const options = {
    prompt,
    ...defined({
      maxOutputTokens: optional(readLimit, body.max_output_tokens, 'max_output_tokens'),
      temperature: optional(readNumber, body.temperature, 'temperature'),
      topP: optional(readNumber, body.top_p, 'top_p'),
      topK: optional(readNumber, body.top_k, 'top_k'),
      presencePenalty: optional(readNumber, body.presence_penalty, 'presence_penalty'),
      frequencyPenalty: optional(readNumber, body.frequency_penalty, 'frequency_penalty'),
      responseFormat: readFormat(body.text),
      reasoning: readEffort(body.reasoning),
    }),
    ...readToolUse(body),
    providerOptions: vendorOptions(body),
  }
  return { options, losses: [...untold(body, TOLD), ...lossesIn(body)] }
}

const FORMATS = ['text', 'json_object', 'json_schema'] as const

function readFormat(text: unknown): LanguageModelV4CallOptions['responseFormat'] {
  const format = optional(readObject, optional(readObject, text, 'text')?.format, 'text.format')
  if (format === undefined) return undefined
  const type = readWord(FORMATS)(format.type, 'text.format.type')
  if (type === 'text') return undefined
  if (type === 'json_object') return { type: 'json' }
  return {
    type: 'json',
    schema: readJsonSchema(format.schema, 'text.format.schema'),
    name: readString(format.name, 'text.format.name'),
    ...defined({ description: optional(readString, format.description, 'text.format.description') }),
  }
}

const EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const

/** `effort`; OpenRouter's `enabled: true` alone means medium. */
function readEffort(value: unknown): LanguageModelV4CallOptions['reasoning'] {
  const reasoning = optional(readObject, value, 'reasoning')
  if (reasoning?.enabled === false) return 'none'
  const effort = optional(readWord(EFFORTS), reasoning?.effort, 'reasoning.effort')
  return effort ?? (reasoning?.enabled === true ? 'medium' : undefined)
}

/** What only some vendors have, under the names that their packages read. */
function vendorOptions(body: Fields): SharedV4ProviderOptions {
  const summary = optional(
    readString,
    optional(readObject, body.reasoning, 'reasoning')?.summary,
    'reasoning.summary',
  )
  const verbosity = optional(
    readVerbosity,
    optional(readObject, body.text, 'text')?.verbosity,
    'text.verbosity',
  )
  const parallel = optional(readBoolean, body.parallel_tool_calls, 'parallel_tool_calls')
  const cacheKey = optional(readString, body.prompt_cache_key, 'prompt_cache_key')
  const openai = defined({
    reasoningSummary: summary,
    textVerbosity: verbosity,
    parallelToolCalls: parallel,
    promptCacheKey: cacheKey,
  })
  return {
    ...(Object.keys(openai).length === 0 ? {} : { openai }),
    ...(verbosity === undefined ? {} : { openaiCompatible: { textVerbosity: verbosity } }),
    ...(summary === undefined ? {} : { google: { thinkingConfig: { includeThoughts: true } } }),
  }
}

const readVerbosity: Reader<string> = readWord(['low', 'medium', 'high'])

/** Parts of members that have no place in the canonical form. */
function lossesIn(body: Fields): Loss[] {
  const losses: Loss[] = []
  const lose = (field: string, reason: string) => losses.push({ field, reason })
  if (body.prompt_cache_key !== undefined && body.prompt_cache_key !== null)
    losses.push({ field: 'prompt_cache_key', reason: 'has no equal at this provider', takenBy: ['openai'] })
  if (body.truncation === 'auto') lose('truncation', 'a conversation that is too long is refused')
  for (const wanted of optional(readArray, body.include, 'include') ?? [])
    if (wanted !== 'reasoning.encrypted_content')
      lose('include', `${String(wanted).slice(0, 64)} is not known of this model`)
  return losses
}
