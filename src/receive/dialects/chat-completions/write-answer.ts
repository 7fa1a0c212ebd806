import type { LanguageModelV4Content, LanguageModelV4GenerateResult } from '@ai-sdk/provider'
import type { ReplyFacts } from '../dialect.ts'
import { annotationOf } from './annotation.ts'
import { audioOf } from './audio.ts'
import { endingOf, usageOf } from './ending.ts'
import { imageOf } from './image.ts'
import { createReasoningDetails } from './reasoning-details.ts'

/**
 * A whole answer as OpenAI's `chat.completion` with OpenRouter's additions. Tools that the provider ran itself and
 * their results are left out: the client could only take them for its own.
 */
export function writeAnswer(result: LanguageModelV4GenerateResult, facts: ReplyFacts) {
  const { content, finishReason, usage } = result
  const message = messageOf(content, facts)
  const reported = usageOf(usage)
  return {
    id: facts.id,
    object: 'chat.completion',
    created: facts.created,
    model: facts.model,
    provider: facts.provider,
    choices: [{ index: 0, message, logprobs: null, ...endingOf(finishReason, 'tool_calls' in message) }],
    ...(reported === undefined ? {} : { usage: reported }),
  }
}

function messageOf(content: readonly LanguageModelV4Content[], facts: ReplyFacts) {
  const text = textOf(content, 'text')
  const toolCalls = content.flatMap(toolCallOf)
  const details = createReasoningDetails(facts.model)
  const reasoningDetails = content.flatMap((part) => details.of(part))
  const annotations = content.flatMap((part) => (part.type === 'source' ? annotationOf(part) : []))
  const images = content.flatMap((part) => (part.type === 'file' ? imageOf(part) : []))
  const audio = content.flatMap((part) => (part.type === 'file' ? (audioOf(part, facts) ?? []) : []))[0]
  return {
    role: 'assistant',
    content: text === '' && toolCalls.length > 0 ? null : text,
    refusal: null,
    reasoning: textOf(content, 'reasoning') || null,
    ...(reasoningDetails.length === 0 ? {} : { reasoning_details: reasoningDetails }),
    ...(toolCalls.length === 0 ? {} : { tool_calls: toolCalls }),
    ...(annotations.length === 0 ? {} : { annotations }),
    ...(images.length === 0 ? {} : { images }),
    ...(audio === undefined ? {} : { audio }),
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
