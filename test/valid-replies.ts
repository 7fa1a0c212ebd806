import { type Spec, type Validate, validatorOf } from './openapi-schema.ts'

/** The vendors' schemas of what a conversation's paths answer. */
const SCHEMAS = {
  openai: {
    '/chat/completions': ['CreateChatCompletionResponse', 'CreateChatCompletionStreamResponse'],
    '/completions': ['CreateCompletionResponse', 'CreateCompletionResponse'],
  },
  openrouter: {
    '/chat/completions': ['ChatResult', 'ChatStreamChunk'],
  },
} as const satisfies Record<Spec, Record<string, readonly [whole: string, event: string]>>

/**
 * `fetch` for an official client that checks every answer of chat completions and completions, whole or event by event,
 * against the schema of the vendor whose API it is: OpenRouter's under `/api/v1`, OpenAI's elsewhere. A client that stops
 * reading has what it read checked. Refusals are not answers.
 */
export const validatingFetch: typeof globalThis.fetch = async (input, init) => {
  const reply = await fetch(input, init)
  const schemas = schemasOf(new URL(input instanceof Request ? input.url : input).pathname)
  if (schemas === undefined || !reply.ok || reply.body === null) return reply
  const [spec, [whole, event]] = schemas
  if (reply.headers.get('content-type')?.startsWith('text/event-stream')) {
    const checked = reply.body.pipeThrough(checkingEvents(validatorOf(spec, event)))
    return new Response(checked, reply)
  }
  const text = await reply.text()
  validatorOf(spec, whole)(JSON.parse(text))
  return new Response(text, reply)
}

/** Checks the data of every event of a stream: all but comments, the closing word and a failure. */
export function checkEvents(stream: string, validate: Validate): void {
  for (const event of stream.split('\n\n')) {
    if (!event.startsWith('data: {')) continue
    const value = JSON.parse(event.slice('data: '.length)) as StreamEvent
    if (value.error === undefined) validate(value.object === 'text_completion' ? withEndings(value) : value)
  }
}

interface StreamEvent {
  readonly object?: string
  readonly error?: unknown
  readonly choices?: readonly { readonly finish_reason?: string | null }[]
}

/** OpenAI's streamed completions have null for the reason until the end, which its description of them forgets. */
function withEndings({ choices = [], ...event }: StreamEvent): StreamEvent {
  return {
    ...event,
    choices: choices.map((choice) => ({ ...choice, finish_reason: choice.finish_reason ?? 'stop' })),
  }
}

function schemasOf(path: string): [Spec, readonly [string, string]] | undefined {
  const spec = path.startsWith('/api/') ? 'openrouter' : 'openai'
  const found = Object.entries(SCHEMAS[spec]).find(([end]) => path.endsWith(end))
  return found && [spec, found[1]]
}

function checkingEvents(validate: Validate): TransformStream<Uint8Array, Uint8Array> {
  const decoder = new TextDecoder()
  let text = ''
  return new TransformStream({
    transform(bytes, controller) {
      text += decoder.decode(bytes, { stream: true })
      const end = text.lastIndexOf('\n\n')
      if (end >= 0) {
        checkEvents(text.slice(0, end), validate)
        text = text.slice(end)
      }
      controller.enqueue(bytes)
    },
  })
}
