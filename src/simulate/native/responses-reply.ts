import { piecesOf } from '../chat-request.ts'
import { namedEvent, type Part, type Reply, type ReplyFacts, streamHead, type Write } from '../reply.ts'
import type { ProviderAnswer, ToolCall } from '../simulated-answer.ts'
import { SIGNATURE } from './request-fields.ts'

/** A whole `response`. */
export function responseOf(answer: ProviderAnswer, facts: ReplyFacts) {
  const cut = answer.finishReason === 'length'
  return {
    ...frame(facts),
    status: cut ? 'incomplete' : 'completed',
    incomplete_details: cut ? { reason: 'max_output_tokens' } : null,
    output: outputOf(answer, facts),
    usage: usageOf(answer),
  }
}

/** All events in their order, with sequence numbers; there is no `[DONE]`. */
export function streamOf(answer: ProviderAnswer, facts: ReplyFacts): Reply {
  const begun = { ...frame(facts), status: 'in_progress', output: [], usage: null }
  const whole = responseOf(answer, facts)
  const ending = whole.status === 'incomplete' ? 'response.incomplete' : 'response.completed'
  const events: readonly Event[] = [
    ['frame', { type: 'response.created', response: begun }],
    ['frame', { type: 'response.in_progress', response: begun }],
    ...whole.output.flatMap((item, at) => itemEvents(item, at)),
    ['done', { type: ending, response: whole }],
  ]
  return [
    streamHead('text/event-stream; charset=utf-8'),
    ...events.map(([part, value], at) => namedEvent(part, { ...value, sequence_number: at })),
  ]
}

/** Text in the middle of a stream. */
export function textDelta(text: string, facts: ReplyFacts): Write {
  const place = { item_id: `msg_${facts.id}`, output_index: 0, content_index: 0 }
  return namedEvent('content', {
    type: 'response.output_text.delta',
    ...place,
    delta: text,
    logprobs: [],
    sequence_number: 5,
  })
}

/** An error in the middle of a stream. */
export function errorEvent({ message, code }: { readonly message: string; readonly code: string }): Write {
  return namedEvent('finish', { type: 'error', code, message, param: null, sequence_number: 4 })
}

type Event = readonly [part: Part, value: { readonly type: string; readonly [field: string]: unknown }]
type Item = ReturnType<typeof outputOf>[number]

function outputOf({ reasoning, text, toolCalls }: ProviderAnswer, facts: ReplyFacts) {
  return [
    ...(reasoning === '' ? [] : [thoughtsOf(reasoning, facts)]),
    ...(text === '' ? [] : [messageOf(text, facts)]),
    ...toolCalls.map((call, at) => callOf(call, at, facts)),
  ]
}

function thoughtsOf(reasoning: string, { id }: ReplyFacts) {
  const summary = [{ type: 'summary_text', text: reasoning }]
  return { id: `rs_${id}`, type: 'reasoning', summary, encrypted_content: SIGNATURE } as const
}

function messageOf(text: string, { id }: ReplyFacts) {
  const content = [{ type: 'output_text', text, annotations: [], logprobs: [] }]
  return { id: `msg_${id}`, type: 'message', status: 'completed', role: 'assistant', content } as const
}

function callOf(call: ToolCall, at: number, { id }: ReplyFacts) {
  return {
    id: `fc_${id}_${at}`,
    type: 'function_call',
    status: 'completed',
    call_id: `call_${id}_${at}`,
    name: call.name,
    arguments: call.arguments,
  } as const
}

function itemEvents(item: Item, at: number): Event[] {
  const place = { item_id: item.id, output_index: at }
  const opened = { type: 'response.output_item.added', output_index: at }
  const closed: Event = ['frame', { type: 'response.output_item.done', output_index: at, item }]
  if (item.type === 'reasoning')
    return [
      ['frame', { ...opened, item: { ...item, summary: [] } }],
      ...summaryEvents(item.summary[0]?.text ?? '', place),
      closed,
    ]
  if (item.type === 'message')
    return [
      ['frame', { ...opened, item: { ...item, status: 'in_progress', content: [] } }],
      ...textEvents(item.content[0]?.text ?? '', place),
      closed,
    ]
  const type = 'response.function_call_arguments'
  return [
    ['content', { ...opened, item: { ...item, status: 'in_progress', arguments: '' } }],
    ...piecesOf(item.arguments).map(
      (delta): Event => ['content', { type: `${type}.delta`, ...place, delta }],
    ),
    ['frame', { type: `${type}.done`, ...place, name: item.name, arguments: item.arguments }],
    closed,
  ]
}

function summaryEvents(text: string, item: object): Event[] {
  const place = { ...item, summary_index: 0 }
  const type = 'response.reasoning_summary_text'
  const part = (text: string) => ({ part: { type: 'summary_text', text } })
  return [
    ['frame', { type: 'response.reasoning_summary_part.added', ...place, ...part('') }],
    ...piecesOf(text).map((delta): Event => ['content', { type: `${type}.delta`, ...place, delta }]),
    ['frame', { type: `${type}.done`, ...place, text }],
    ['frame', { type: 'response.reasoning_summary_part.done', ...place, ...part(text) }],
  ]
}

function textEvents(text: string, item: object): Event[] {
  const place = { ...item, content_index: 0 }
  const type = 'response.output_text'
  const part = (text: string) => ({ part: { type: 'output_text', text, annotations: [], logprobs: [] } })
  return [
    ['frame', { type: 'response.content_part.added', ...place, ...part('') }],
    ...piecesOf(text).map(
      (delta): Event => ['content', { type: `${type}.delta`, ...place, delta, logprobs: [] }],
    ),
    ['frame', { type: `${type}.done`, ...place, text, logprobs: [] }],
    ['frame', { type: 'response.content_part.done', ...place, ...part(text) }],
  ]
}

/** What every response says; the request's own settings are not repeated but for their defaults. */
function frame({ id, created, model }: ReplyFacts) {
  return {
    id: `resp_${id}`,
    object: 'response',
    created_at: created,
    background: false,
    error: null,
    incomplete_details: null as { readonly reason: string } | null,
    instructions: null,
    max_output_tokens: null,
    model,
    parallel_tool_calls: true,
    previous_response_id: null,
    reasoning: { effort: null, summary: null },
    service_tier: 'default',
    store: false,
    temperature: 1,
    text: { format: { type: 'text' } },
    tool_choice: 'auto',
    tools: [],
    top_p: 1,
    truncation: 'disabled',
    metadata: {},
  }
}

function usageOf({ promptTokens, completionTokens, reasoningTokens }: ProviderAnswer) {
  return {
    input_tokens: promptTokens,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: completionTokens,
    output_tokens_details: { reasoning_tokens: reasoningTokens },
    total_tokens: promptTokens + completionTokens,
  }
}
