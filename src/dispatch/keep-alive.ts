import type { ServerResponse } from 'node:http'

/** OpenRouter's words for it; clients of server-sent events skip comments. */
export const COMMENT = ': OPENROUTER PROCESSING\n\n'

/**
 * Tells a client, and every proxy on the way, that its stream is still being worked on: one `sign` of life, a comment or
 * an event that its clients skip, after every `everyMs` in which nothing was written. `begin` writes the reply's head where none has gone out:
 * from then on even a call that nobody answers is a stream, and fails with an error event.
 *
 * Returns what stops it.
 */
export function keepAlive(
  reply: ServerResponse,
  sign: string,
  everyMs: number,
  begin: () => void,
): () => void {
  let written = bytesWritten(reply)
  const timer = setInterval(() => {
    const before = written
    written = bytesWritten(reply)
    if (written !== before || reply.writableEnded || reply.destroyed || reply.writableNeedDrain) return
    if (!reply.headersSent) begin()
    reply.write(sign)
  }, everyMs)
  return () => clearInterval(timer)
}

function bytesWritten({ socket }: ServerResponse): number {
  return socket?.bytesWritten ?? 0
}
