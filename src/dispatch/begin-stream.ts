import type { ServerResponse } from 'node:http'
import type { Call } from '../receive/call.ts'
import type { Skin } from '../receive/dialects/dialect.ts'

/** Writes the head of a stream of events. */
export function beginStream(reply: ServerResponse, headers: Record<string, string>): void {
  reply.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
    'x-accel-buffering': 'no',
    ...headers,
  })
}

/** The id of the call, under every name by which its clients look for it. */
export function idHeaders({ id, dialect: { idHeader } }: Call<Skin>): Record<string, string> {
  return {
    'x-meritorder-generation-id': id,
    'x-generation-id': id,
    ...(idHeader === undefined ? {} : { [idHeader]: id }),
  }
}
