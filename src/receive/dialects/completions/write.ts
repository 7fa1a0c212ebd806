import type { LanguageModelV4GenerateResult, LanguageModelV4StreamPart } from '@ai-sdk/provider'
import type { MeritorderError } from '../../../errors.ts'
import type { Bill } from '../../../market/cost.ts'
import type { Usage } from '../../../market/usage.ts'
import { endingOf, usageOf } from '../chat-completions/ending.ts'
import { countedUsageJson } from '../chat-completions/usage-json.ts'
import type { ReplyFacts } from '../dialect.ts'
import { openAiError } from '../openai-error.ts'

/** A whole answer as OpenAI's `text_completion`: its text, and OpenRouter's `reasoning` where there is any. */
export function writeAnswer(
  { content, finishReason, usage }: LanguageModelV4GenerateResult,
  facts: ReplyFacts,
) {
  const textOf = (type: 'text' | 'reasoning') =>
    content.map((part) => (part.type === type ? part.text : '')).join('')
  const reasoning = textOf('reasoning')
  const choice = { text: textOf('text'), ...(reasoning === '' ? {} : { reasoning }) }
  return completion(facts, [{ ...choice, ...AT_FIRST, ...endingOf(finishReason, false) }], {
    usage: usageOf(usage),
  })
}

/**
 * A streamed answer as `text_completion` events: the pieces as they come, the finish reason, the token counts in
 * an event without choices, `[DONE]`. Parts that end without a `finish` get no closing event: the answer is cut.
 */
export async function* writeStream(
  parts: AsyncIterable<LanguageModelV4StreamPart>,
  facts: ReplyFacts,
): AsyncGenerator<string> {
  let finish: Extract<LanguageModelV4StreamPart, { type: 'finish' }> | undefined
  for await (const part of parts) {
    if (part.type === 'finish') finish = part
    const piece = pieceOf(part)
    if (piece !== undefined) yield event(facts, [{ ...piece, ...AT_FIRST, finish_reason: null }])
  }
  if (finish === undefined) return
  yield event(facts, [{ text: '', ...AT_FIRST, ...endingOf(finish.finishReason, false) }])
  const usage = usageOf(finish.usage)
  if (usage !== undefined) yield event(facts, [], { usage })
  yield 'data: [DONE]\n\n'
}

/** The event that tells a client that the answer is cut; no `[DONE]` follows it. */
export function writeStreamError(error: MeritorderError, facts: ReplyFacts): string {
  return event(facts, [{ text: '', ...AT_FIRST, finish_reason: 'error' }], openAiError(error, facts))
}

/** OpenRouter's metadata in an event of its own, as chat completions have it. */
export function writeMetadata(metadata: string, facts: ReplyFacts): string {
  return event(facts, [], { openrouter_metadata: JSON.parse(metadata) })
}

/** The tokens and the cost of a stream whose host told none, as chat completions tell them. */
export function writeUsage(usage: Usage, bill: Bill | undefined, facts: ReplyFacts): string {
  return event(facts, [], { usage: countedUsageJson(usage, bill) })
}

const AT_FIRST = { index: 0, logprobs: null }

/** Thoughts come with an empty text: a client sees that something is coming. */
function pieceOf(part: LanguageModelV4StreamPart): object | undefined {
  if ((part.type !== 'text-delta' && part.type !== 'reasoning-delta') || part.delta === '') return undefined
  return part.type === 'text-delta' ? { text: part.delta } : { text: '', reasoning: part.delta }
}

function completion({ id, model, provider, created }: ReplyFacts, choices: object[], rest: object) {
  return { id, object: 'text_completion', created, model, provider, choices, ...rest }
}

function event(facts: ReplyFacts, choices: object[], rest: object = {}): string {
  return `data: ${JSON.stringify(completion(facts, choices, rest))}\n\n`
}
