import { eventStreamMessage } from '../src/simulate/native/event-stream.ts'

/** Events of Bedrock's ConverseStream as AWS frames them. Each is an object with one member, named after its type. */
export function bedrockFramed(events: readonly object[]): Buffer {
  return Buffer.concat(
    events.flatMap((event) => Object.entries(event).map(([type, body]) => framed(type, body))),
  )
}

function framed(type: string, body: object): Buffer {
  const kind = type.endsWith('Exception') ? 'exception' : 'event'
  const headers = {
    ':message-type': kind,
    [`:${kind}-type`]: type,
    ':content-type': 'application/json',
  }
  return eventStreamMessage(headers, Buffer.from(JSON.stringify(body)))
}
