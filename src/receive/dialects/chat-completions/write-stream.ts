import type { LanguageModelV4StreamPart } from '@ai-sdk/provider'
import type { Bill } from '../../../market/cost.ts'
import type { Usage } from '../../../market/usage.ts'
import type { ReplyFacts } from '../dialect.ts'
import { annotationOf } from './annotation.ts'
import { audioOf } from './audio.ts'
import { endingOf, usageOf } from './ending.ts'
import { imageOf } from './image.ts'
import { createReasoningDetails } from './reasoning-details.ts'
import { createToolCallDeltas, type ToolCallDeltas } from './tool-call-deltas.ts'
import { countedUsageJson } from './usage-json.ts'

/**
 * A streamed answer as OpenAI's `chat.completion.chunk` events: the role with the first piece, the pieces as they
 * come, the finish reason, the token counts in a chunk without choices, `[DONE]`. What `writeAnswer` leaves out is
 * left out here too. Parts that end without a `finish` get no closing event: the answer is cut.
 */
export async function* writeStream(
  parts: AsyncIterable<LanguageModelV4StreamPart>,
  facts: ReplyFacts,
): AsyncGenerator<string> {
  const toolCalls = createToolCallDeltas()
  const details = createReasoningDetails(facts.model)
  let finish: Extract<LanguageModelV4StreamPart, { type: 'finish' }> | undefined
  let role: object = { role: 'assistant', content: '' }
  for await (const part of parts) {
    // Answers of several messages finish more than once; the last one counts.
    if (part.type === 'finish') finish = part
    const delta = { ...deltaOf(part, toolCalls, facts), ...detailsOf(part, details) }
    if (Object.keys(delta).length === 0) continue
    yield chunk(facts, [{ index: 0, delta: { ...role, ...delta }, logprobs: null, finish_reason: null }])
    role = {}
  }
  if (finish === undefined) return
  const ending = endingOf(finish.finishReason, toolCalls.any())
  yield chunk(facts, [{ index: 0, delta: role, logprobs: null, ...ending }])
  const usage = usageOf(finish.usage)
  if (usage !== undefined) yield chunk(facts, [], { usage })
  yield 'data: [DONE]\n\n'
}

/** OpenRouter puts its metadata on the last chunk before `[DONE]`; ours is a chunk of its own. */
export function writeMetadata(metadata: string, facts: ReplyFacts): string {
  return chunk(facts, [], { openrouter_metadata: JSON.parse(metadata) })
}

/** The tokens and the cost of a stream whose host told none, in a chunk without choices as they usually come. */
export function writeUsage(usage: Usage, bill: Bill | undefined, facts: ReplyFacts): string {
  return chunk(facts, [], { usage: countedUsageJson(usage, bill) })
}

/** The piece of a message that a part brings; undefined when it brings none. */
function deltaOf(
  part: LanguageModelV4StreamPart,
  toolCalls: ToolCallDeltas,
  facts: ReplyFacts,
): object | undefined {
  switch (part.type) {
    case 'text-delta':
      return part.delta === '' ? undefined : { content: part.delta }
    case 'reasoning-delta':
      return part.delta === '' ? undefined : { reasoning: part.delta }
    case 'file': {
      const images = imageOf(part)
      const audio = audioOf(part, facts)
      return images.length > 0 ? { images } : audio && { audio }
    }
    case 'source': {
      const annotations = annotationOf(part)
      return annotations.length === 0 ? undefined : { annotations }
    }
    default:
      return toolCalls.deltaOf(part)
  }
}

function detailsOf(part: LanguageModelV4StreamPart, details: ReturnType<typeof createReasoningDetails>) {
  const found = details.of(part)
  return found.length === 0 ? {} : { reasoning_details: found }
}

function chunk({ id, model, provider, created }: ReplyFacts, choices: object[], rest: object = {}): string {
  const object = 'chat.completion.chunk'
  return `data: ${JSON.stringify({ id, object, created, model, provider, choices, ...rest })}\n\n`
}
