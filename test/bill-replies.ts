import { bedrockFramed } from './bedrock-event-stream.ts'
import { framed, jsonOf, type Script, streamOf } from './translated-provider.ts'

type Usage = Record<string, unknown>

/** A short answer in one wire format with a usage report in it. */
interface Reply {
  readonly whole: (usage: Usage) => Script
  readonly stream: (usage: Usage) => Script
}

const delta = { choices: [{ index: 0, delta: { role: 'assistant', content: 'hi' }, finish_reason: null }] }
const finish = { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }
const message = { role: 'assistant', content: 'hi' }
const openAiWhole = (usage: Usage) =>
  jsonOf({ id: 'c', choices: [{ index: 0, message, finish_reason: 'stop' }], usage })
const openAiStream = (events: readonly object[]): Script =>
  streamOf([framed(events), Buffer.from('data: [DONE]\n\n')])

const candidate = { content: { parts: [{ text: 'hi' }] }, finishReason: 'STOP', index: 0 }

/**
 * By the wire's name:
 * - `openai`: usage in a chunk of its own - `openai-finish`: in the last chunk that has a choice
 * - `groq`: in `x_groq` of the last chunk, as its older streams have it
 */
export const BILL_REPLIES: Readonly<Record<string, Reply>> = {
  openai: { whole: openAiWhole, stream: (usage) => openAiStream([delta, finish, { choices: [], usage }]) },
  'openai-finish': { whole: openAiWhole, stream: (usage) => openAiStream([delta, { ...finish, usage }]) },
  groq: {
    whole: openAiWhole,
    stream: (usage) => openAiStream([delta, { ...finish, x_groq: { id: 'r', usage } }]),
  },
  anthropic: {
    whole: (usage) =>
      jsonOf({
        type: 'message',
        id: 'm',
        model: 'c',
        content: [{ type: 'text', text: 'hi' }],
        stop_reason: 'end_turn',
        usage,
      }),
    stream: ({ output_tokens, ...usage }) =>
      streamOf([
        framed([
          { type: 'message_start', message: { id: 'm', model: 'c', usage: { ...usage, output_tokens: 1 } } },
          { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
          { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'hi' } },
          { type: 'content_block_stop', index: 0 },
          { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens } },
          { type: 'message_stop' },
        ]),
      ]),
  },
  google: {
    whole: (usageMetadata) => jsonOf({ candidates: [candidate], usageMetadata }),
    stream: (usageMetadata) => streamOf([framed([{ candidates: [candidate], usageMetadata }])]),
  },
  bedrock: {
    whole: (usage) =>
      jsonOf({
        output: { message: { role: 'assistant', content: [{ text: 'hi' }] } },
        stopReason: 'end_turn',
        usage,
      }),
    stream: (usage) => ({
      contentType: 'application/vnd.amazon.eventstream',
      pieces: [
        bedrockFramed([
          { messageStart: { role: 'assistant' } },
          { contentBlockDelta: { contentBlockIndex: 0, delta: { text: 'hi' } } },
          { contentBlockStop: { contentBlockIndex: 0 } },
          { messageStop: { stopReason: 'end_turn' } },
          { metadata: { usage, metrics: { latencyMs: 1 } } },
        ]),
      ],
    }),
  },
  cohere: {
    whole: (usage) =>
      jsonOf({
        generation_id: 'g',
        message: { role: 'assistant', content: [{ type: 'text', text: 'hi' }] },
        finish_reason: 'COMPLETE',
        usage,
      }),
    stream: (usage) =>
      streamOf([
        framed([
          { type: 'message-start', id: 'g', delta: { message: { role: 'assistant' } } },
          { type: 'content-start', index: 0, delta: { message: { content: { type: 'text', text: '' } } } },
          { type: 'content-delta', index: 0, delta: { message: { content: { text: 'hi' } } } },
          { type: 'content-end', index: 0 },
          { type: 'message-end', delta: { finish_reason: 'COMPLETE', usage } },
        ]),
      ]),
  },
  responses: {
    whole: (usage) => jsonOf(response(usage)),
    stream: (usage) =>
      streamOf([
        framed([
          { type: 'response.created', response: { id: 'r', created_at: 1, model: 'm' } },
          { type: 'response.output_item.added', output_index: 0, item: { type: 'message', id: 'i' } },
          { type: 'response.output_text.delta', item_id: 'i', delta: 'hi' },
          { type: 'response.output_item.done', output_index: 0, item: { type: 'message', id: 'i' } },
          { type: 'response.completed', response: response(usage) },
        ]),
      ]),
  },
}

function response(usage: Usage) {
  const content = [{ type: 'output_text', text: 'hi', annotations: [] }]
  return {
    id: 'r',
    object: 'response',
    created_at: 1,
    model: 'm',
    status: 'completed',
    output: [{ type: 'message', id: 'i', role: 'assistant', content }],
    incomplete_details: null,
    usage,
  }
}
