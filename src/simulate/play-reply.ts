import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { setImmediate, setTimeout } from 'node:timers/promises'
import type { Reply, Step } from './reply.ts'

/** How a request ended: answered to the last byte, left by the client before that, or cut by a fault. */
export type Ending = 'answered' | 'aborted' | 'cut'

/** Pauses that came too late are made up for, but not more than this: a slow reader gets no burst afterwards. */
const MOST_CATCHING_UP_MS = 50

/**
 * Plays a reply on the socket. Pauses are kept against the time of the first one, so that a stream of many
 * short pauses has the speed it was drawn with; a slow reader is waited for. Stops as soon as the client leaves.
 */
export async function playReply(reply: Reply, response: ServerResponse): Promise<Ending> {
  const left = new AbortController()
  response.once('close', () => left.abort())
  if (response.destroyed) left.abort()
  let due = performance.now()
  try {
    for (const step of reply) {
      if (step.kind === 'cut') return cut(response)
      if (step.kind === 'wait')
        due = await pause(Math.max(due, performance.now() - MOST_CATCHING_UP_MS) + step.ms, left.signal)
      else await play(step, response, left.signal)
    }
    response.end()
    if (!response.writableFinished) await once(response, 'finish', { signal: left.signal })
    return 'answered'
  } catch (error) {
    if (left.signal.aborted) return response.writableFinished ? 'answered' : 'aborted'
    throw error
  }
}

async function play(step: Step, response: ServerResponse, left: AbortSignal): Promise<void> {
  left.throwIfAborted()
  if (step.kind === 'head') {
    response.writeHead(step.status, step.headers)
    response.flushHeaders()
  } else if (step.kind === 'write') {
    // node:http joins the writes of one turn and loses them with the socket: each gets a turn of its own.
    if (response.write(step.bytes)) await setImmediate(undefined, { signal: left })
    else await once(response, 'drain', { signal: left })
  } else {
    await once(left, 'abort')
    left.throwIfAborted()
  }
}

/** Waits until a time of `performance.now()`, at least one turn of the event loop. Returns that time. */
async function pause(until: number, signal: AbortSignal): Promise<number> {
  const ms = until - performance.now()
  await (ms > 0.5 ? setTimeout(ms, undefined, { signal }) : setImmediate(undefined, { signal }))
  return until
}

/** Without a head the connection is reset; otherwise it is closed in the middle, after what was written. */
function cut(response: ServerResponse): Ending {
  if (response.headersSent) response.socket?.destroySoon()
  else response.socket?.resetAndDestroy()
  return 'cut'
}
