import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What the upstream answers. */
export interface Scripted {
  readonly status?: number
  readonly contentType?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Sent one after the other, each in a write of its own. */
  readonly pieces: readonly (string | Buffer)[]
  /** `hang`: the reply stays open - `cut`: the connection breaks; by default the reply ends. */
  readonly ending?: 'hang' | 'cut'
  /** Goes on with a reply that hangs, and then ends it. */
  readonly goOn?: ((write: (piece: string) => void) => Promise<void>) | undefined
}

export interface SeenRequest {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly bytes: Buffer
  /** The body, parsed. */
  readonly body: Record<string, unknown>
  /** Resolves when the connection of the reply is closed. */
  readonly closed: Promise<unknown>
}

/** A server on loopback that answers what it is told to, and keeps what it was sent. */
export interface ScriptedUpstream {
  readonly url: string
  /** What every request gets from now on. */
  answer(script: Scripted | ((request: SeenRequest) => Scripted)): void
  /** Oldest first. */
  readonly seen: SeenRequest[]
  /** The latest request. */
  last(): SeenRequest
  close(): void
}

export async function startScriptedUpstream(): Promise<ScriptedUpstream> {
  let script: (request: SeenRequest) => Scripted = () => ({ status: 500, pieces: [] })
  const seen: SeenRequest[] = []
  const server = createServer(async (request, reply) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const bytes = Buffer.concat(chunks)
    const { url: path = '', headers } = request
    const body = bytes.length === 0 ? {} : JSON.parse(bytes.toString())
    const one = { path, headers, bytes, body, closed: once(reply, 'close') }
    seen.push(one)
    await play(script(one), reply)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answer(next) {
      script = typeof next === 'function' ? next : () => next
    },
    seen,
    last: () => seen.at(-1)!,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}

async function play(script: Scripted, reply: ServerResponse): Promise<void> {
  const { status = 200, contentType = 'application/json', headers, pieces, ending } = script
  reply.writeHead(status, { 'content-type': contentType, ...headers })
  reply.flushHeaders()
  for (const piece of pieces) {
    if (reply.destroyed) return
    if (!reply.write(piece)) await Promise.race([once(reply, 'drain'), once(reply, 'close')])
    await new Promise((resolve) => setImmediate(resolve))
  }
  if (ending === 'cut') reply.destroy()
  else if (ending === undefined) reply.end()
  else if (script.goOn !== undefined) {
    await script.goOn((piece) => void reply.write(piece))
    reply.end()
  }
}

export const json = (value: unknown, rest: Partial<Scripted> = {}): Scripted => ({
  pieces: [JSON.stringify(value)],
  ...rest,
})

export const events = (pieces: readonly (string | Buffer)[], rest: Partial<Scripted> = {}): Scripted => ({
  contentType: 'text/event-stream',
  pieces,
  ...rest,
})

/** One server-sent event; those that have a `type` are named after it. */
export function frame(event: object): string {
  return `${'type' in event ? `event: ${event.type}\n` : ''}data: ${JSON.stringify(event)}\n\n`
}
