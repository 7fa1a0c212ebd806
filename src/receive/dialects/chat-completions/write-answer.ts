import type { LanguageModelV4Content, LanguageModelV4GenerateResult } from '@ai-sdk/provider'
import type { ReplyFacts } from '../dialect.ts'
import { endingOf, usageOf } from './ending.ts'
import { imageOf } from './image.ts'

/**
 * A whole answer as OpenAI's `chat.completion` with OpenRouter's additions. Tools that the provider ran itself,
 * their results and its sources are left out: the client could only take them for its own.
 */
export function writeAnswer(result: LanguageModelV4GenerateResult, facts: ReplyFacts) {
  const { content, finishReason, usage } = result
  const toolCalls = content.flatMap(toolCallOf)
  const images = content.flatMap((part) => (part.type === 'file' ? imageOf(part) : []))
  const text = textOf(content, 'text')
  return {
    id: facts.id,
    object: 'chat.completion',
    created: facts.created,
    model: facts.model,
    provider: facts.provider,
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: text === '' && toolCalls.length > 0 ? null : text,
          refusal: null,
          reasoning: textOf(content, 'reasoning') || null,
          ...(toolCalls.length === 0 ? {} : { tool_calls: toolCalls }),
          ...(images.length === 0 ? {} : { images }),
        },
        logprobs: null,
        ...endingOf(finishReason, toolCalls.length > 0),
      },
    ],
    usage: usageOf(usage),
  }
}

function textOf(content: readonly LanguageModelV4Content[], type: 'text' | 'reasoning'): string {
  return content.map((part) => (part.type === type ? part.text : '')).join('')
}

function toolCallOf(part: LanguageModelV4Content) {
  if (part.type !== 'tool-call' || part.providerExecuted === true) return []
  const called = { name: part.toolName, arguments: part.input || '{}' }
  return [{ id: part.toolCallId, type: 'function', function: called }]
}
