import { MeritorderError } from '../errors.ts'

/** A whole reply larger than this is given up, and so is a single server-sent event; bytes, unpacked. */
const MAX_WHOLE = 64 * 1024 * 1024
/** A stream in frames of its own is not looked into, so this is for all of it: a long answer's is a tenth as large. */
const MAX_FRAMES = 512 * 1024 * 1024

/**
 * The reply, whose body fails where it would fill the memory: the providers' packages put whole replies, and events of a
 * stream, together before they look at them.
 */
export function boundedReply(reply: Response, provider: string): Response {
  const { body, status, statusText, headers } = reply
  if (body === null) return reply
  const type = headers.get('content-type') ?? ''
  const isEvents = type.startsWith('text/event-stream')
  const most = /event-?stream/.test(type) && !isEvents ? MAX_FRAMES : MAX_WHOLE
  let size = 0
  const counted = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      size = isEvents && endsEvent(chunk) ? chunk.length : size + chunk.length
      if (size <= most) controller.enqueue(chunk)
      else controller.error(tooLarge(provider, most))
    },
  })
  return new Response(body.pipeThrough(counted), { status, statusText, headers })
}

const BLANK_LINES = ['\n\n', '\r\n\r\n', '\r\r']

function endsEvent({ buffer, byteOffset, byteLength }: Uint8Array): boolean {
  const bytes = Buffer.from(buffer, byteOffset, byteLength)
  return BLANK_LINES.some((line) => bytes.includes(line))
}

function tooLarge(provider: string, most: number): MeritorderError {
  const what = `${provider} sent more than ${most} bytes.`
  return new MeritorderError('provider_unavailable', what, { provider })
}
