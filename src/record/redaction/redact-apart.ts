import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Redactable } from './redact.ts'

/** What is sent to the thread, and what comes back: nothing where it could not be redacted. */
export interface RedactionQuestion {
  readonly number: number
  readonly what: Redactable
}
export interface RedactionAnswer {
  readonly number: number
  readonly redacted?: Redactable
}

/** Without work for so long its memory is given back. */
const IDLE_MS = 60_000
/** V8's heap in the thread, MB: a body of 50 MB is there as text, parsed, and redacted. */
const HEAP = { maxOldGenerationSizeMb: 512 }

let thread: Worker | undefined
let idle: NodeJS.Timeout | undefined
let asked = 0
const waiting = new Map<number, PromiseWithResolvers<Redactable>>()

/**
 * As `redact`, in a thread of its own that starts when it is first needed: so the gateway's serves others meanwhile. One
 * after the other.
 *
 * @throws (rejects with) an error where the thread has died over it; the next one finds another
 */
export function redactApart<R extends Redactable>(what: R): Promise<R> {
  clearTimeout(idle)
  thread ??= startThread()
  const number = asked++
  const pending = Promise.withResolvers<Redactable>()
  waiting.set(number, pending)
  thread.ref()
  const question: RedactionQuestion = { number, what: withOwnBytes(what) }
  thread.postMessage(question)
  return pending.promise as Promise<R>
}

/** The bytes may lie in a larger buffer, which would be sent as a whole. */
function withOwnBytes(what: Redactable): Redactable {
  return typeof what === 'string' ? what : { ...what, request: what.request && new Uint8Array(what.request) }
}

function startThread(): Worker {
  const here = import.meta.url
  const started = new Worker(new URL(`./redaction-worker${extname(here)}`, here), {
    resourceLimits: HEAP,
    name: 'meritorder-redaction',
  })
  started.on('message', ({ number, redacted }: RedactionAnswer) => {
    const pending = waiting.get(number)
    waiting.delete(number)
    if (redacted === undefined) pending?.reject(new Error('this could not be redacted'))
    else pending?.resolve(redacted)
    if (waiting.size === 0) rest(started)
  })
  started.on('error', () => lose(started))
  started.on('exit', () => lose(started))
  return started
}

/** It shall not keep a program running that has nothing else to do. */
function rest(resting: Worker): void {
  resting.unref()
  idle = setTimeout(() => {
    thread = undefined
    void resting.terminate()
  }, IDLE_MS).unref()
}

/** The next call starts another one. */
function lose(lost: Worker): void {
  if (thread !== lost) return
  thread = undefined
  clearTimeout(idle)
  for (const pending of waiting.values()) pending.reject(new Error('the thread that redacts has ended'))
  waiting.clear()
}
