import { crc32 } from 'node:zlib'

/**
 * One record in the journal:
 *
 *     u32 length of everything after the first eight bytes
 *     u32 CRC-32 of the same
 *     u32 length of the meta JSON
 *     u32 length of the request; ABSENT when there is none
 *     u32 length of the answer; ABSENT when there is none
 *     meta, request, answer
 *
 * Numbers are little-endian. Bodies stand beside the JSON, not in it, so that they need no escaping.
 * A length of zero, a wrong checksum or a frame past the end of the data means: no record here.
 */
export interface Frame {
  readonly meta: string
  readonly request: Uint8Array | null
  readonly answer: Uint8Array | null
  /** The frame as it stands in the journal. */
  readonly bytes: Uint8Array
}

/** Bytes before the first part. */
export const FRAME_HEAD_BYTES = 20
const CHECKED_FROM = 8
const ABSENT = 0xffffffff
/** A UTF-16 code unit becomes at most three bytes of UTF-8. */
const UTF8_BYTES = 3

/** An upper bound of the frame's size in bytes. */
export function frameBound(meta: string, request: Uint8Array | null, answer: string | null): number {
  return FRAME_HEAD_BYTES + (meta.length + (answer?.length ?? 0)) * UTF8_BYTES + (request?.length ?? 0)
}

/** Writes a frame into `target` at `start`, where `frameBound` bytes must be free, and gives its end. */
export function writeFrame(
  target: Buffer,
  start: number,
  meta: string,
  request: Uint8Array | null,
  answer: string | null,
): number {
  let end = start + FRAME_HEAD_BYTES
  const metaBytes = target.write(meta, end)
  end += metaBytes
  if (request !== null) {
    target.set(request, end)
    end += request.length
  }
  const answerBytes = answer === null ? ABSENT : target.write(answer, end)
  if (answer !== null) end += answerBytes
  target.writeUInt32LE(metaBytes, start + 8)
  target.writeUInt32LE(request === null ? ABSENT : request.length, start + 12)
  target.writeUInt32LE(answerBytes, start + 16)
  target.writeUInt32LE(end - start - CHECKED_FROM, start)
  target.writeUInt32LE(crc32(target.subarray(start + CHECKED_FROM, end)), start + 4)
  return end
}

/** Size in bytes of the frame that begins at `start`, as far as its head says; 0 when none begins there. */
export function frameBytes(source: Buffer, start: number): number {
  if (source.length - start < CHECKED_FROM) return 0
  const length = source.readUInt32LE(start)
  return length === 0 ? 0 : length + CHECKED_FROM
}

/** The frame at `start`, copied out of `source`; undefined when there is none or it is torn. */
export function readFrame(source: Buffer, start: number): Frame | undefined {
  const size = frameBytes(source, start)
  if (size < FRAME_HEAD_BYTES || size > source.length - start) return undefined
  const bytes = source.subarray(start, start + size)
  if (crc32(bytes.subarray(CHECKED_FROM)) !== bytes.readUInt32LE(4)) return undefined
  const metaEnd = FRAME_HEAD_BYTES + bytes.readUInt32LE(8)
  const requestBytes = bytes.readUInt32LE(12)
  const requestEnd = metaEnd + (requestBytes === ABSENT ? 0 : requestBytes)
  const answerBytes = bytes.readUInt32LE(16)
  if (requestEnd + (answerBytes === ABSENT ? 0 : answerBytes) !== size) return undefined
  const copy = Buffer.from(bytes)
  return {
    meta: copy.toString('utf8', FRAME_HEAD_BYTES, metaEnd),
    request: requestBytes === ABSENT ? null : copy.subarray(metaEnd, requestEnd),
    answer: answerBytes === ABSENT ? null : copy.subarray(requestEnd),
    bytes: copy,
  }
}
