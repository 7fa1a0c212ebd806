import { isObject } from '../../json/is-object.ts'
import { createEventSplitter } from '../server-sent-events.ts'

type Fields = Readonly<Record<string, unknown>>

/** Members that the package demands and OpenAI always sends, by the type of an item or annotation. */
const USUAL: Readonly<Record<string, Fields>> = {
  code_interpreter_call: { code: '', container_id: '', outputs: [] },
  url_citation: { title: '', start_index: 0, end_index: 0 },
}

/**
 * A `fetch` whose Responses the package can read, whoever made them: it knows OpenAI's own. What other hosts leave out is
 * put in, and thoughts that are told word for word, as open models' are, become the summary that it looks for.
 */
export function readableResponses(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return async (input, init) => {
    const reply = await fetch(input, init)
    const type = reply.headers.get('content-type') ?? ''
    if (!reply.ok || reply.body === null) return reply
    if (type.includes('event-stream')) return new Response(readableEvents(reply.body), reply)
    const text = await reply.text()
    return new Response(readableWhole(text), reply)
  }
}

function readableWhole(text: string): string {
  const whole = parsed(text)
  return Array.isArray(whole?.output) ? JSON.stringify(readableResponse(whole)) : text
}

function readableResponse(response: Fields): Fields {
  return { ...response, output: (response.output as unknown[]).map(readableItem) }
}

function readableEvents(body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  const splitter = createEventSplitter()
  return body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        for (const { bytes, data } of splitter.push(Buffer.from(chunk))) {
          const event = data === undefined ? undefined : parsed(data)
          const readable = event && readableEvent(event)
          const same = readable === event
          controller.enqueue(same ? bytes : Buffer.from(`data: ${JSON.stringify(readable)}\n\n`))
        }
      },
    }),
  )
}

/** The event, itself where there is nothing to do. */
function readableEvent(event: Fields): Fields {
  const { type, item, response, annotation } = event
  if (type === 'response.reasoning_text.delta')
    return { ...event, type: 'response.reasoning_summary_text.delta', summary_index: 0 }
  if (isObject(response) && Array.isArray(response.output))
    return { ...event, response: readableResponse(response) }
  if (item !== undefined) return { ...event, item: readableItem(item) }
  return annotation === undefined ? event : { ...event, annotation: usual(annotation) }
}

function readableItem(item: unknown): unknown {
  if (!isObject(item)) return item
  if (item.type === 'reasoning') return withSummary(item)
  if (item.type === 'message' && Array.isArray(item.content))
    return { ...item, content: item.content.map(readablePart) }
  return usual(item)
}

function readablePart(part: unknown): unknown {
  if (!isObject(part) || !Array.isArray(part.annotations)) return part
  return { ...part, annotations: part.annotations.map(usual) }
}

/** Thoughts are told in `content`, or summarised in `summary`. */
function withSummary(item: Fields): Fields {
  const { summary, content } = item
  if (!Array.isArray(content) || (Array.isArray(summary) && summary.length > 0)) return item
  const told = content.flatMap((part) => (isObject(part) && typeof part.text === 'string' ? [part.text] : []))
  return { ...item, summary: told.map((text) => ({ type: 'summary_text', text })) }
}

function usual(value: unknown): unknown {
  return isObject(value) ? { ...USUAL[String(value.type)], ...value } : value
}

function parsed(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}
