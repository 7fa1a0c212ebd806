import assert from 'node:assert/strict'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { Agent } from 'undici'
import { simulateAnswer } from '../simulated-answer.ts'
import { type EndedCall, makeCall } from './call.ts'

const dispatcher = new Agent()
let reply: (response: ServerResponse) => void
const server = createServer((request, response) => {
  request.resume().on('end', () => reply(response))
})
before(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)))
after(async () => {
  await dispatcher.destroy()
  server.closeAllConnections()
  server.close()
})

const head = {
  'content-type': 'text/event-stream',
  'x-meritorder-provider': 'acme',
  'x-meritorder-generation-id': 'gen-1',
}
const word = (content: string) => `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`
const DONE = 'data: [DONE]\n\n'
const ERROR = 'data: {"error":{"message":"it broke"}}\n\n'

/** Calls a gateway that answers with these bytes and then ends, or breaks the connection. */
function callMet(answer: (response: ServerResponse) => void, deadlineMs = 5_000): Promise<EndedCall> {
  reply = answer
  const { port } = server.address() as AddressInfo
  const plan = { tag: 't', prompt: 'Hello?', skin: 'chat completions', model: 'x/m', stream: true }
  const url = `http://127.0.0.1:${port}`
  return makeCall(plan, { url, dispatcher, seed: 1, deadlineMs })
}

const sends =
  (...events: string[]) =>
  (response: ServerResponse) => {
    response.writeHead(200, head)
    response.end(events.join(''))
  }

/** What the simulated host acme says. */
const text = simulateAnswer(
  {
    ...{ model: 'm', prompt: 'Hello?', promptTokens: 0, stream: false, includeUsage: false, tools: [] },
    ...{ toolChoice: 'auto', parallelTools: true, answersTool: false, format: 'text', reasoning: false },
    images: 0,
  },
  'acme',
  1,
).text

test('an answer is whole only with every character that the host says', async () => {
  const whole = await callMet(sends(word(text.slice(0, 20)), word(text.slice(20)), DONE))
  assert.deepEqual([whole.ending, whole.generation, whole.provider], ['whole', 'gen-1', 'acme'])
  assert.ok(whole.firstContentMs !== undefined && whole.firstContentMs <= whole.totalMs)
  const short = await callMet(sends(word(text.slice(0, -1)), DONE))
  assert.equal(short.ending, 'false-end')
  const other = await callMet(sends(word(text.replace('at acme', 'at other')), DONE))
  assert.match(other.why, /of other in the name of acme/)
  const twice = await callMet(sends(word(text), word(text), DONE))
  assert.equal(twice.ending, 'false-end')
})

test('an event that is no JSON is passed over and counted; a megabyte of one letter is the simulator’s fault', async () => {
  const broken = await callMet(sends(word(text.slice(0, 9)), 'data: {"cho\n\n', word(text.slice(9)), DONE))
  assert.deepEqual([broken.ending, broken.unreadable], ['whole', 1])
  const huge = await callMet(
    sends(word(text.slice(0, 9)), word('x'.repeat(1_000_000)), word(text.slice(9)), DONE),
  )
  assert.equal(huge.ending, 'whole')
})

test('an error in a stream is told apart by whether there was content before', async () => {
  const cut = await callMet(sends(word('Sim'), ERROR))
  assert.deepEqual([cut.ending, cut.hasContent], ['cut', true])
  assert.match(cut.why, /it broke/)
  const early = await callMet(sends(ERROR))
  assert.deepEqual([early.ending, early.hasContent], ['failed-early', false])
})

test('a stream without a last word, a broken connection, an HTTP error and silence are what they are', async () => {
  assert.equal((await callMet(sends(word('Sim')))).ending, 'broken')
  const reset = await callMet((response) => {
    response.writeHead(200, head)
    response.write(word('Sim'), () => response.destroy())
  })
  assert.deepEqual([reset.ending, reset.hasContent], ['broken', true])
  const refused = await callMet((response) => {
    response.writeHead(503, head)
    response.end('{"error":{"message":"busy"}}')
  })
  assert.deepEqual([refused.ending, refused.status], ['refused', 503])
  assert.match(refused.why, /busy/)
  assert.equal((await callMet(() => {}, 50)).ending, 'hung')
})
