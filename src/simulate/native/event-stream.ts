import { crc32 } from 'node:zlib'

/**
 * One message of Amazon's binary event stream, `application/vnd.amazon.eventstream`: total length, length of the
 * headers, CRC-32 of both, headers (all strings, type 7), payload, CRC-32 of everything before.
 * https://docs.aws.amazon.com/transcribe/latest/dg/event-stream.html
 */
export function eventStreamMessage(headers: Readonly<Record<string, string>>, payload: Buffer): Buffer {
  const head = Buffer.concat(Object.entries(headers).map(([name, value]) => header(name, value)))
  const message = Buffer.alloc(PRELUDE_BYTES + head.length + payload.length + CRC_BYTES)
  message.writeUInt32BE(message.length, 0)
  message.writeUInt32BE(head.length, 4)
  message.writeUInt32BE(crc32(message.subarray(0, 8)), 8)
  head.copy(message, PRELUDE_BYTES)
  payload.copy(message, PRELUDE_BYTES + head.length)
  const end = message.length - CRC_BYTES
  message.writeUInt32BE(crc32(message.subarray(0, end)), end)
  return message
}

const PRELUDE_BYTES = 12
const CRC_BYTES = 4
const STRING = 7

function header(name: string, value: string): Buffer {
  const key = Buffer.from(name)
  const text = Buffer.from(value)
  const length = Buffer.alloc(2)
  length.writeUInt16BE(text.length)
  return Buffer.concat([Buffer.of(key.length), key, Buffer.of(STRING), length, text])
}
