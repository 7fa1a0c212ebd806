import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Config } from '../config/schema.ts'
import { authenticate } from './authenticate.ts'
import type { Caller } from './call.ts'
import type { Door } from './own-calls.ts'
import { announcedBytes, readBody } from './read-body.ts'

/** A request that was let in, with all of its body. */
export interface TakenIn {
  readonly caller: Caller
  readonly bytes: Buffer
}

/**
 * Finds out who calls, waits until there is room for the call, and only then reads its body: what waits outside waits in the
 * caller's own socket.
 *
 * @throws MeritorderError as `authenticate`, `Admission.enter` and `readBody` do.
 */
export async function takeIn(
  request: IncomingMessage,
  reply: ServerResponse,
  { keys, max_body_bytes: most, upload_timeout_ms: timeoutMs }: Config['server'],
  door: Door,
): Promise<TakenIn> {
  const caller = authenticate(request.headers, request.socket.remoteAddress, keys)
  const entered = door.enter(caller, announcedBytes(request, most), reply)
  const place = entered instanceof Promise ? await entered : entered
  if (request.headers.expect !== undefined) reply.writeContinue()
  return { caller, bytes: await readBody(request, { most, timeoutMs, place }) }
}
