import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { freePort } from '../gateway-process.ts'

/** The ways in which a first host is dead; `none` is the gateway beside it whose first host is well. */
export const DEATHS = ['none', 'refuse', 'hang', '500', '429'] as const
export type Death = (typeof DEATHS)[number]

export interface DeadHosts {
  /** By how they are dead: `http://127.0.0.1:PORT` */
  readonly urls: Readonly<Record<Exclude<Death, 'none'>, string>>
  close(): void
}

/** Starts hosts that are dead each in its way. */
export async function startDeadHosts(): Promise<DeadHosts> {
  const status = (code: number, headers: Record<string, string>): RequestListener => {
    const body = Buffer.from(JSON.stringify({ error: { message: 'dead', type: 'server_error', code: null } }))
    return (request, reply) => {
      request.resume().on('end', () => {
        reply.writeHead(code, {
          'content-type': 'application/json',
          'content-length': body.length,
          ...headers,
        })
        reply.end(body)
      })
    }
  }
  const hang = await listening((request) => request.resume())
  const broken = await listening(status(500, {}))
  const limited = await listening(status(429, { 'retry-after': '1' }))
  const nobody = await freePort()
  return {
    urls: { refuse: `http://127.0.0.1:${nobody}`, hang: hang.url, 500: broken.url, 429: limited.url },
    close() {
      for (const server of [hang, broken, limited]) server.close()
    },
  }
}

async function listening(listener: RequestListener): Promise<{ url: string; close: () => void }> {
  const server = createServer({ noDelay: true }, listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}
