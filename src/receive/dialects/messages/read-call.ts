import type { LanguageModelV4CallOptions, SharedV4ProviderOptions } from '@ai-sdk/provider'
import {
  defined,
  type Fields,
  optional,
  type Reader,
  readArray,
  readInteger,
  readLimit,
  readNumber,
  readObject,
  readString,
  readWord,
} from '../../fields.ts'
import type { CanonicalCall } from '../dialect.ts'
import { untold } from '../losses.ts'
import { readPrompt } from './read-prompt.ts'
import { readThinking } from './read-thinking.ts'
import { readToolChoice, readTools } from './read-tools.ts'

/** Members of the body that are read into the canonical form. */
const TOLD = new Set([
  ...['messages', 'system', 'tools', 'tool_choice', 'max_tokens', 'stop_sequences'],
  ...['temperature', 'top_p', 'top_k', 'thinking', 'output_config', 'output_format'],
])

/**
 * A Messages body in canonical form. Null counts as absent. `cache_control` and signatures travel as the options of
 * the vendor that they are meant for.
 *
 * @throws MeritorderError `invalid_request` naming the field that is wrong or cannot be expressed.
 */
export function readCall(body: Fields): CanonicalCall {
  const { prompt, losses } = readPrompt(body)
  const tools = optional(readTools, body.tools, 'tools')
  const { providerOptions: choiceOptions, ...choice } = readToolChoice(body.tool_choice, tools ?? [])
  const { providerOptions: thinkingOptions, ...thinking } = readThinking(body)
  const providerOptions = merged(choiceOptions, thinkingOptions)
  const options: LanguageModelV4CallOptions = {
    prompt,
    maxOutputTokens: readLimit(body.max_tokens, 'max_tokens'),
    ...choice,
    ...thinking,
    ...(providerOptions === undefined ? {} : { providerOptions }),
    ...defined({
      tools: tools?.length === 0 ? undefined : tools,
      temperature: optional(readNumber, body.temperature, 'temperature'),
      topP: optional(readNumber, body.top_p, 'top_p'),
      topK: optional(readInteger, body.top_k, 'top_k'),
      stopSequences: optional(readStrings, body.stop_sequences, 'stop_sequences'),
      responseFormat: readFormat(body),
    }),
  }
  return { options, losses: [...losses, ...untold(body, TOLD)] }
}

/** `output_config.format`, or `output_format` as it was called in the beta. */
function readFormat(body: Fields): LanguageModelV4CallOptions['responseFormat'] {
  const config = optional(readObject, body.output_config, 'output_config')
  return (
    optional(readJsonFormat, config?.format, 'output_config.format') ??
    optional(readJsonFormat, body.output_format, 'output_format')
  )
}

const readJsonFormat: Reader<NonNullable<LanguageModelV4CallOptions['responseFormat']>> = (value, field) => {
  const format = readObject(value, field)
  readWord(['json_schema'])(format.type, `${field}.type`)
  return { type: 'json', schema: readObject(format.schema, `${field}.schema`) }
}

const readStrings: Reader<string[]> = (value, field) =>
  readArray(value, field).map((text, i) => readString(text, `${field}[${i}]`))

function merged(
  a: SharedV4ProviderOptions | undefined,
  b: SharedV4ProviderOptions | undefined,
): SharedV4ProviderOptions | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return { ...a, ...b, anthropic: { ...a.anthropic, ...b.anthropic } }
}
