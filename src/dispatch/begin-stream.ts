import type { ServerResponse } from 'node:http'

/** The head of a stream, which may have been begun already to keep the connection alive. */
export function beginStream(reply: ServerResponse, headers: Record<string, string>): void {
  if (reply.headersSent) return
  reply.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
    'x-accel-buffering': 'no',
    ...headers,
  })
}
