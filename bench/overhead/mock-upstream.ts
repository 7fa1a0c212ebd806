/** A provider that answers at once: the canned reply of a small chat call, whole or as a stream. Run as a process of its own. */
import { createServer } from 'node:http'

const CHUNKS = 20

const whole = Buffer.from(
  JSON.stringify({
    id: 'chatcmpl-bench',
    object: 'chat.completion',
    created: 1_760_000_000,
    model: 'bench',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: 'The capital of France is Paris.' },
        finish_reason: 'stop',
      },
    ],
    usage: { prompt_tokens: 14, completion_tokens: 8, total_tokens: 22 },
  }),
)

const event = (choices: unknown[], extra = {}) =>
  `data: ${JSON.stringify({ id: 'chatcmpl-bench', object: 'chat.completion.chunk', created: 1_760_000_000, model: 'bench', choices, ...extra })}\n\n`

const events = [
  event([{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }]),
  ...Array.from({ length: CHUNKS }, (_, i) =>
    event([{ index: 0, delta: { content: `word${i} ` }, finish_reason: null }]),
  ),
  event([{ index: 0, delta: {}, finish_reason: 'stop' }]),
  event([], { usage: { prompt_tokens: 14, completion_tokens: CHUNKS, total_tokens: 14 + CHUNKS } }),
  'data: [DONE]\n\n',
]
const stream = Buffer.from(events.join(''))

const server = createServer({ noDelay: true }, (request, reply) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const body = Buffer.concat(chunks)
    if (!body.includes('"stream":true')) {
      reply.writeHead(200, { 'content-type': 'application/json', 'content-length': whole.length })
      reply.end(whole)
      return
    }
    reply.writeHead(200, { 'content-type': 'text/event-stream' })
    if (body.includes('"user":"paced"')) pace(reply, 0)
    else reply.end(stream)
  })
})

/** One event every 20 ms, as a real model types. */
function pace(reply: import('node:http').ServerResponse, next: number): void {
  if (next === events.length) {
    reply.end()
    return
  }
  reply.write(events[next])
  setTimeout(pace, 20, reply, next + 1)
}

server.listen(Number(process.argv[2] ?? 0), '127.0.0.1', () => {
  const address = server.address()
  if (typeof address === 'object' && address !== null) console.log(address.port)
})
