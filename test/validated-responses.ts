import assert from 'node:assert/strict'
import { validatorOf } from './openapi-schema.ts'

/**
 * A `fetch` for OpenAI's client that checks what the gateway says: every body against OpenAI's schema of a response, a
 * list of items or an error, every event of a stream against that of its type, and that events are numbered from zero.
 */
export const validatedFetch: typeof fetch = async (input, init) => {
  const reply = await fetch(input, init)
  const type = reply.headers.get('content-type') ?? ''
  if (type.startsWith('text/event-stream')) return new Response(checked(reply.body!), reply)
  const text = await reply.text()
  if (text !== '') checkBody(JSON.parse(text), reply.status)
  return new Response(text === '' ? null : text, reply)
}

const validate = {
  response: validatorOf('openai', 'Response'),
  error: validatorOf('openai', 'ErrorResponse'),
  list: validatorOf('openai', 'ResponseItemList'),
  event: validatorOf('openai', 'ResponseStreamEvent'),
}

function checkBody(body: { object?: string; deleted?: boolean }, status: number): void {
  if (status >= 400) validate.error(body)
  else if (body.object === 'list') validate.list(body)
  else if (body.deleted === undefined) validate.response(body)
}

/** Passes the bytes on as they come, and checks each event that has come whole. */
function checked(body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  let text = ''
  let number = 0
  const decoder = new TextDecoder()
  const check = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      text += decoder.decode(chunk, { stream: true })
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        checkEvent(text.slice(0, end), number++)
        text = text.slice(end + 2)
      }
      controller.enqueue(chunk)
    },
  })
  return body.pipeThrough(check)
}

function checkEvent(text: string, number: number): void {
  const [name, data] = text.split('\n')
  const event = JSON.parse(data?.slice('data: '.length) ?? '') as { type: string; sequence_number: number }
  validate.event(event)
  assert.equal(name, `event: ${event.type}`)
  assert.equal(event.sequence_number, number)
}
