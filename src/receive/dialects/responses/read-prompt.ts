import type { LanguageModelV4Message, LanguageModelV4Prompt, SharedV4ProviderOptions } from '@ai-sdk/provider'
import { MeritorderError } from '../../../errors.ts'
import { type Fields, optional, readArray, readObject, readString, readWord } from '../../fields.ts'
import { appendToolResult, type ToolMessage } from '../append-tool-result.ts'
import { readArguments } from '../function-tool.ts'
import type { Signed } from '../sealed-metadata.ts'
import { checkCalls } from './check-calls.ts'
import { type InputItem, typeOf } from './input-items.ts'
import { readOutput, readTexts, readUserParts } from './read-content.ts'
import { isPacked, unpackSigned } from './signatures.ts'

type AssistantMessage = Extract<LanguageModelV4Message, { role: 'assistant' }>
type AssistantPart = AssistantMessage['content'][number]

/**
 * Items in canonical form. What a model said in one turn (thoughts, texts, function calls) becomes one message, and so
 * do the results of its calls; what was signed goes back to where it belongs.
 *
 * @throws MeritorderError `invalid_request` naming the item that is wrong, or that only a host with the Responses API understands.
 */
export function readPrompt(items: readonly InputItem[]): LanguageModelV4Prompt {
  checkCalls(items)
  const signed = signedIn(items)
  const toolNames = new Map<string, string>()
  const prompt: LanguageModelV4Prompt = []
  for (const { item, field } of items) {
    switch (typeOf(item)) {
      case 'message':
        readMessage(prompt, item, field, signed)
        break
      case 'reasoning':
        say(prompt, readReasoning(item, field))
        break
      case 'function_call':
        say(prompt, [readFunctionCall(item, field, toolNames, signed)])
        break
      case 'function_call_output':
        appendToolResult(prompt, readResult(item, field, toolNames))
        break
      case 'image_generation_call':
        say(prompt, readGeneratedImage(item, field))
        break
      default:
        throw inexpressible(item, field)
    }
  }
  return prompt
}

function inexpressible(item: Fields, field: string): MeritorderError {
  const what = `${field} is a ${String(item.type)}, which only hosts with the Responses API understand. Name a model of one, for example of openai.`
  return new MeritorderError('invalid_request', what, { limit: field })
}

const ROLES = ['user', 'assistant', 'system', 'developer'] as const

function readMessage(prompt: LanguageModelV4Prompt, item: Fields, field: string, signed: SignedParts): void {
  const role = readWord(ROLES)(item.role, `${field}.role`)
  const path = `${field}.content`
  if (role === 'user') prompt.push({ role, content: readUserParts(item.content, path) })
  else if (role === 'assistant') {
    const texts = readTexts(item.content, path).filter((text) => text !== '')
    const parts = texts.map((text) => ({ type: 'text' as const, text }))
    const last = parts.at(-1)
    if (last !== undefined) Object.assign(last, optionsOf(signed.get(String(item.id))))
    say(prompt, parts)
  } else prompt.push({ role: 'system', content: readTexts(item.content, path).join('\n') })
}

/** Adds to what the model said last, if nobody has spoken since. */
function say(prompt: LanguageModelV4Prompt, parts: readonly AssistantPart[]): void {
  if (parts.length === 0) return
  const last = prompt.at(-1)
  if (last?.role === 'assistant') last.content.push(...parts)
  else prompt.push({ role: 'assistant', content: [...parts] })
}

type SignedParts = ReadonlyMap<string, SharedV4ProviderOptions>

/** What the input's reasoning items hold for other items, by `call_id` or message id. */
function signedIn(items: readonly InputItem[]): SignedParts {
  const signed = new Map<string, SharedV4ProviderOptions>()
  for (const { item, field } of items) {
    const { of, by } = packedIn(item, field) ?? {}
    if (of !== undefined && by !== undefined) signed.set(of, by)
  }
  return signed
}

function packedIn(item: Fields, field: string): Signed | undefined {
  if (typeOf(item) !== 'reasoning' || !isPacked(item.encrypted_content)) return undefined
  return unpackSigned(item.encrypted_content, `${field}.encrypted_content`)
}

/** A vendor's thoughts, with its signature; OpenAI's own are understood by OpenAI alone. */
function readReasoning(item: Fields, field: string): AssistantPart[] {
  const packed = packedIn(item, field)
  if (packed?.of !== undefined) return []
  const text = thoughtsOf(item, field)
  const own = optional(readString, item.encrypted_content, `${field}.encrypted_content`)
  const options = packed?.by ?? (own === undefined ? undefined : openAiOptions(own, item.id))
  if (text === '' && options === undefined) return []
  return [{ type: 'reasoning', text, ...optionsOf(options) }]
}

function openAiOptions(reasoningEncryptedContent: string, id: unknown): SharedV4ProviderOptions {
  return { openai: { reasoningEncryptedContent, ...(typeof id === 'string' ? { itemId: id } : {}) } }
}

function thoughtsOf(item: Fields, field: string): string {
  const texts = ['summary', 'content'].map((member) =>
    (optional(readArray, item[member], `${field}.${member}`) ?? []).map((part, i) => {
      const path = `${field}.${member}[${i}]`
      return readString(readObject(part, path).text, `${path}.text`)
    }),
  )
  // Hosts that show the thoughts themselves summarise them at most besides.
  return (texts[1]!.length > 0 ? texts[1]! : texts[0]!).join('\n\n')
}

function readFunctionCall(
  item: Fields,
  field: string,
  toolNames: Map<string, string>,
  signed: SignedParts,
): AssistantPart {
  const toolCallId = readString(item.call_id, `${field}.call_id`)
  const toolName = readString(item.name, `${field}.name`)
  toolNames.set(toolCallId, toolName)
  const input = readArguments(item.arguments, `${field}.arguments`)
  return { type: 'tool-call', toolCallId, toolName, input, ...optionsOf(signed.get(toolCallId)) }
}

function readResult(item: Fields, field: string, toolNames: ReadonlyMap<string, string>): ToolMessage {
  const toolCallId = readString(item.call_id, `${field}.call_id`)
  const toolName = toolNames.get(toolCallId) ?? ''
  const output = readOutput(item.output, `${field}.output`)
  return { role: 'tool', content: [{ type: 'tool-result', toolCallId, toolName, output }] }
}

/** OpenAI makes PNG where nothing else was asked for. */
function readGeneratedImage(item: Fields, field: string): AssistantPart[] {
  const data = optional(readString, item.result, `${field}.result`)
  return data === undefined ? [] : [{ type: 'file', mediaType: 'image/png', data: { type: 'data', data } }]
}

function optionsOf(providerOptions: SharedV4ProviderOptions | undefined) {
  return providerOptions === undefined ? {} : { providerOptions }
}
