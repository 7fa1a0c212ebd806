import type { LanguageModelV4StreamPart } from '@ai-sdk/provider'
import type { Bill } from '../../../market/cost.ts'
import type { Usage } from '../../../market/usage.ts'
import { costJson } from '../cost-json.ts'
import type { ReplyFacts, ReplyReader, ToldAtEnd } from '../dialect.ts'
import { MESSAGE_USAGE, NO_MORE, stopReason, usageOf } from './ending.ts'
import { createStreamBlocks, type StreamEvent } from './stream-blocks.ts'

/**
 * A streamed answer as Anthropic's events: `message_start`, `ping`, every block with its start, deltas and stop, then
 * `message_delta` with the reason and the token counts, and `message_stop`. What `writeAnswer` leaves out is left out
 * here too. Parts that end without a `finish` get no last events: the answer is cut.
 */
export async function* writeStream(
  parts: AsyncIterable<LanguageModelV4StreamPart>,
  facts: ReplyFacts,
): AsyncGenerator<string> {
  const blocks = createStreamBlocks(facts.provider)
  let finish: Extract<LanguageModelV4StreamPart, { type: 'finish' }> | undefined
  let begun = false
  const written = (events: readonly StreamEvent[]) => {
    const opening = begun || events.length === 0 ? [] : [messageStart(facts), { type: 'ping' }]
    begun ||= events.length > 0
    return [...opening, ...events].map(frame)
  }
  for await (const part of parts) {
    if (part.type === 'finish') finish = part
    else yield* written(blocks.write(part))
  }
  if (finish === undefined) return
  const reason = stopReason(finish.finishReason, blocks.hasToolUse())
  const delta = { stop_reason: reason, stop_sequence: null, ...NO_MORE }
  const end = { type: 'message_delta', delta, usage: usageOf(finish.usage) }
  yield* written([...blocks.close(), end, { type: 'message_stop' }])
}

/** What it will have cost is known at its end: no vendor but Anthropic says before what a prompt comes to. */
function messageStart({ id, model }: ReplyFacts): StreamEvent {
  const message = {
    id,
    type: 'message',
    role: 'assistant',
    model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    ...NO_MORE,
    usage: { ...usageOf(NOTHING_YET), ...MESSAGE_USAGE },
  }
  return { type: 'message_start', message }
}

const NOTHING_YET = {
  inputTokens: { total: undefined, noCache: undefined, cacheRead: undefined, cacheWrite: undefined },
  outputTokens: { total: undefined, text: undefined, reasoning: undefined },
}

/** Clients read the `event` line: an event without it is skipped. */
function frame(event: StreamEvent): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`
}

/**
 * Tokens that were counted here and their cost, where the host told none: a `message_delta` more, of which there may be
 * several. It repeats the reason, because clients take the last.
 */
export function writeUsage(
  { promptTokens, completionTokens, cacheReadTokens, cacheWriteTokens, reasoningTokens, estimated }: Usage,
  bill: Bill | undefined,
  _facts: ReplyFacts,
  said: ReplyReader,
): string {
  const delta = { stop_reason: said.finishReason() ?? null, stop_sequence: null, ...NO_MORE }
  const told = usageOf({
    inputTokens: {
      total: promptTokens,
      noCache: undefined,
      cacheRead: cacheReadTokens,
      cacheWrite: cacheWriteTokens,
    },
    outputTokens: { total: completionTokens, text: undefined, reasoning: reasoningTokens },
  })
  const usage = { ...told, ...costJson(bill), ...(estimated && { estimated }) }
  return frame({ type: 'message_delta', delta, usage })
}

/** A closing event that brings `openrouter_metadata`, where OpenRouter has it. */
export function closingWith(closing: string, { metadata }: ToldAtEnd): string {
  if (metadata === undefined) return closing
  return `event: message_stop\ndata: {"type":"message_stop","openrouter_metadata":${metadata}}\n\n`
}

export const MESSAGE_STOP = frame({ type: 'message_stop' })

/** "Event streams may also include any number of ping events": anywhere, also before the first. */
export const PING = frame({ type: 'ping' })
