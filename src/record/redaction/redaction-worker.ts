/** The thread that redacts what is large: on the gateway's own they would hold up every caller. */
import { parentPort } from 'node:worker_threads'
import type { RedactionAnswer, RedactionQuestion } from './redact-apart.ts'
import { redactHere } from './redact-here.ts'

const port = parentPort!

port.on('message', ({ number, what }: RedactionQuestion) => port.postMessage(answerTo(number, what)))

function answerTo(number: number, what: RedactionQuestion['what']): RedactionAnswer {
  try {
    return { number, redacted: redactHere(what) }
  } catch {
    return { number }
  }
}
