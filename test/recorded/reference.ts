import { createAmazonBedrock } from '@ai-sdk/amazon-bedrock'
import { createAnthropic } from '@ai-sdk/anthropic'
import { createCohere } from '@ai-sdk/cohere'
import { createGoogle } from '@ai-sdk/google'
import { createMistral } from '@ai-sdk/mistral'
import { createOpenAI } from '@ai-sdk/openai'
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import type {
  LanguageModelV4,
  LanguageModelV4CallOptions,
  LanguageModelV4Content,
  LanguageModelV4FinishReason,
  LanguageModelV4Usage,
} from '@ai-sdk/provider'
import { JSON_FORMAT } from './ask.ts'
import type { Recording } from './recordings.ts'
import { parsedArguments, type Saying, toolCall, unique } from './saying.ts'

/** What the vendor's AI SDK package reads from the same bytes. @throws what it throws for an error inside the reply */
export async function referenceOf(recording: Recording): Promise<Saying> {
  const model = modelOf(recording)
  const options: LanguageModelV4CallOptions = {
    prompt: [{ role: 'user', content: [{ type: 'text', text: 'hello' }] }],
    ...(recording.jsonByTool && { responseFormat: { type: 'json', ...JSON_FORMAT } }),
  }
  if (recording.isWhole) {
    const { content, finishReason, usage } = await model.doGenerate(options)
    return { ...sayingOf(content, finishReason, usage), ...unread(recording) }
  }
  const { stream } = await model.doStream(options)
  const content: LanguageModelV4Content[] = []
  let ending: { finishReason: LanguageModelV4FinishReason; usage: LanguageModelV4Usage } | undefined
  for await (const part of stream) {
    if (part.type === 'error') throw part.error
    if (part.type === 'text-delta') content.push({ type: 'text', text: part.delta })
    else if (part.type === 'reasoning-delta') content.push({ type: 'reasoning', text: part.delta })
    else if (part.type === 'tool-call' || part.type === 'source') content.push(part)
    else if (part.type === 'finish') ending = part
  }
  if (ending === undefined) throw new Error(`${recording.name} has no end`)
  return { ...sayingOf(content, ending.finishReason, ending.usage), ...unread(recording) }
}

/**
 * What the package leaves unread, and we do not: the tokens that Cohere had cached, what Perplexity
 * found, the thoughts of open models in Responses.
 */
function unread({ wire, folder, bytes, isWhole }: Recording): Partial<Saying> {
  const text = bytes.toString()
  if (folder === 'perplexity')
    return { citations: unique(JSON.parse(/"citations":\s*(\[[^\]]*\])/.exec(text)?.[1] ?? '[]')) }
  const cached = wire === 'cohere' ? /"cached_tokens": ?(\d+)/.exec(text)?.[1] : undefined
  if (cached !== undefined) return { cachedTokens: Number(cached) }
  if (wire !== 'responses' || !text.includes('"reasoning_text"')) return {}
  const final: Output = isWhole ? JSON.parse(text) : finalResponse(text)
  const thoughts = final.output.flatMap(({ type, content }) =>
    type === 'reasoning' ? (content ?? []).map((part) => part.text) : [],
  )
  return { reasoning: thoughts.join('') }
}

interface Output {
  readonly output: readonly {
    readonly type: string
    readonly content?: readonly { readonly text: string }[]
  }[]
}

function finalResponse(stream: string): Output {
  const last = stream.split('data: ').findLast((data) => data.includes('"response.completed"'))
  return JSON.parse(last ?? '{}').response
}

/** The upstream model that is named to the package and to the gateway alike: what a package makes of a call depends on it. */
export function upstreamModel({ wire, jsonByTool }: Pick<Recording, 'wire' | 'jsonByTool'>): string {
  if (wire === 'messages') return jsonByTool ? 'claude-3-haiku-20240307' : 'claude-sonnet-4-5'
  if (wire === 'converse')
    return jsonByTool ? 'anthropic.claude-3-haiku-20240307-v1:0' : 'anthropic.claude-sonnet-4-5-20250929-v1:0'
  if (wire === 'gemini') return 'gemini-2.5-pro'
  return wire === 'responses' ? 'gpt-5' : 'model'
}

function modelOf(recording: Recording): LanguageModelV4 {
  const { wire, folder, bytes, contentType, status } = recording
  const id = upstreamModel(recording)
  const headers = { 'content-type': contentType }
  const fetch = async () => new Response(new Uint8Array(bytes), { status, headers })
  const access = { fetch, apiKey: 'none', baseURL: 'http://recorded' }
  switch (wire) {
    case 'responses':
      return createOpenAI(access).responses(id)
    case 'messages':
      return createAnthropic(access)(id)
    case 'gemini':
      return createGoogle(access)(id)
    case 'converse':
      return createAmazonBedrock(access)(id)
    case 'cohere':
      return createCohere(access)(id)
    case 'chat':
      if (folder === 'mistral') return createMistral(access)(id)
      return createOpenAICompatible({ ...access, name: folder, includeUsage: true })(id)
  }
}

/** Tools that the provider ran itself are not the caller's. */
function sayingOf(
  content: readonly LanguageModelV4Content[],
  finishReason: LanguageModelV4FinishReason,
  { inputTokens, outputTokens }: LanguageModelV4Usage,
): Saying {
  const texts = (type: 'text' | 'reasoning') =>
    content.map((part) => (part.type === type ? part.text : '')).join('')
  const tools = content.flatMap((part) =>
    part.type === 'tool-call' && part.providerExecuted !== true
      ? [toolCall(part.toolName, parsedArguments(part.input || '{}'))]
      : [],
  )
  return {
    text: texts('text'),
    reasoning: texts('reasoning'),
    tools,
    citations: unique(
      content.map((part) =>
        part.type === 'source' ? (part.sourceType === 'url' ? part.url : part.title) : undefined,
      ),
    ),
    finish: finishReason.unified,
    promptTokens: inputTokens.total ?? 0,
    completionTokens: outputTokens.total ?? 0,
    reasoningTokens: outputTokens.reasoning ?? 0,
    cachedTokens: inputTokens.cacheRead ?? 0,
  }
}
