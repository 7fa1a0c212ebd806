import type { IncomingMessage } from 'node:http'
import { MeritorderError } from '../errors.ts'
import type { Place } from './admission.ts'

/**
 * The size of a body as its head announces it, 0 where it does not.
 *
 * @throws MeritorderError `payload_too_large` where that is more than `most`.
 */
export function announcedBytes({ headers }: IncomingMessage, most: number): number {
  const announced = Number(headers['content-length'] ?? 0)
  if (announced > most) throw tooLarge(most)
  return announced
}

/**
 * Collects a request's body.
 *
 * @param limits `most` bytes within `timeoutMs`; each byte has to find room in `place`
 * @throws MeritorderError `payload_too_large` as soon as more arrives; `timeout` with status 408 for one that takes too long;
 *   `provider_overloaded` where `place` has no room; `invalid_request` when the caller leaves in the middle.
 */
export function readBody(
  request: IncomingMessage,
  { most, timeoutMs, place }: { readonly most: number; readonly timeoutMs: number; readonly place: Place },
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    /** The first of them are made of many small ones each. */
    let merged = 0
    let size = 0
    const deadline = setTimeout(() => refuse(tooSlow(timeoutMs)), timeoutMs)
    /** The rest is read and thrown away: a client that is cut while it sends never sees the answer. */
    const refuse = (error: unknown) => {
      clearTimeout(deadline)
      chunks.length = 0
      request.removeAllListeners('data')
      request.resume()
      reject(error)
    }
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      try {
        if (size > most) throw tooLarge(most)
        place.hold(size)
        chunks.push(chunk)
        if (chunks.length - merged === MOST_PIECES) {
          chunks.push(Buffer.concat(chunks.splice(merged)))
          merged++
        }
      } catch (error) {
        refuse(error)
      }
    })
    request.on('end', () => {
      clearTimeout(deadline)
      resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, size))
    })
    request.on('close', () => {
      if (!request.complete) refuse(cutOff())
    })
    request.on('error', () => refuse(cutOff()))
  })
}

/** Pieces of a byte each would take a hundred times their size. */
const MOST_PIECES = 256

function tooLarge(most: number): MeritorderError {
  return new MeritorderError(
    'payload_too_large',
    `The body is larger than ${most} bytes. Send less, or raise server.max_body_bytes in meritorder.yaml.`,
    { limit: 'max_body_bytes' },
  )
}

function tooSlow(timeoutMs: number): MeritorderError {
  return new MeritorderError(
    'timeout',
    `The body did not arrive within ${timeoutMs} ms. Send it faster, or raise server.upload_timeout_ms in meritorder.yaml.`,
    { status: 408, limit: 'upload_timeout_ms', headers: { connection: 'close' } },
  )
}

function cutOff(): MeritorderError {
  return new MeritorderError('invalid_request', 'The connection closed before the whole body had arrived.')
}
