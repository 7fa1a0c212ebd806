import { crc32 } from 'node:zlib'

/**
 * Events of Bedrock's ConverseStream as AWS frames them (application/vnd.amazon.eventstream): a prelude of two lengths
 * and its CRC, headers, the payload, a CRC over all. Each event is an object with one member, named after its type.
 */
export function bedrockFramed(events: readonly object[]): Buffer {
  return Buffer.concat(
    events.flatMap((event) => Object.entries(event).map(([type, body]) => frame(type, body))),
  )
}

function frame(type: string, body: object): Buffer {
  const kind = type.endsWith('Exception') ? 'exception' : 'event'
  const headers = Buffer.concat([
    header(':message-type', kind),
    header(`:${kind}-type`, type),
    header(':content-type', 'application/json'),
  ])
  const payload = Buffer.from(JSON.stringify(body))
  const prelude = Buffer.alloc(8)
  prelude.writeUInt32BE(16 + headers.length + payload.length, 0)
  prelude.writeUInt32BE(headers.length, 4)
  const message = Buffer.concat([prelude, checksum(prelude), headers, payload])
  return Buffer.concat([message, checksum(message)])
}

const STRING = 7

function header(name: string, value: string): Buffer {
  const length = Buffer.alloc(2)
  length.writeUInt16BE(Buffer.byteLength(value))
  return Buffer.concat([
    Buffer.from([name.length]),
    Buffer.from(name),
    Buffer.from([STRING]),
    length,
    Buffer.from(value),
  ])
}

function checksum(bytes: Buffer): Buffer {
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(bytes))
  return sum
}
