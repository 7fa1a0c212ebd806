import type { IncomingMessage } from 'node:http'
import { MeritorderError } from '../errors.ts'

/**
 * Collects a request's body.
 *
 * @throws MeritorderError `payload_too_large` as soon as more than `maxBytes` are announced or arrive;
 *   `invalid_request` when the caller leaves in the middle.
 */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const announced = Number(request.headers['content-length'] ?? 0)
  if (announced > maxBytes) return Promise.reject(tooLarge(maxBytes))
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > maxBytes) {
        // The rest is read and thrown away: a client that is cut while it sends never sees the answer.
        request.removeAllListeners('data')
        request.resume()
        reject(tooLarge(maxBytes))
      } else chunks.push(chunk)
    })
    request.on('end', () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, size)))
    request.on('close', () => {
      if (!request.complete) reject(cutOff())
    })
    request.on('error', () => reject(cutOff()))
  })
}

function tooLarge(maxBytes: number): MeritorderError {
  return new MeritorderError(
    'payload_too_large',
    `The body is larger than ${maxBytes} bytes. Send less, or raise server.max_body_bytes in meritorder.yaml.`,
    { limit: 'max_body_bytes' },
  )
}

function cutOff(): MeritorderError {
  return new MeritorderError('invalid_request', 'The connection closed before the whole body had arrived.')
}
