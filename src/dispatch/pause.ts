import type { ServerResponse } from 'node:http'

/** Resolves after so many ms, or at once when the caller leaves. */
export function pause(ms: number, reply: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      reply.off('close', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    reply.on('close', end)
  })
}
