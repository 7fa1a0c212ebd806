import assert from 'node:assert/strict'
import { test } from 'node:test'
import { boundedReply } from './bounded-reply.ts'

const MEGABYTE = 1024 * 1024

/** A reply of so many chunks of a megabyte, and how many of them were asked for. */
function replyOf(type: string, text: string, chunks: number) {
  const chunk = new TextEncoder().encode(text.padEnd(MEGABYTE, 'x'))
  let sent = 0
  const body = new ReadableStream({
    pull(controller) {
      if (sent++ < chunks) controller.enqueue(chunk)
      else controller.close()
    },
  })
  const reply = new Response(body, { status: 200, headers: { 'content-type': type } })
  return { reply: boundedReply(reply, 'acme'), sent: () => sent }
}

async function sizeOf({ body }: Response): Promise<number> {
  let size = 0
  for await (const chunk of body!) size += chunk.length
  return size
}

for (const type of ['application/json', 'text/event-stream', 'application/vnd.amazon.eventstream'])
  test(`${type} without an end is given up before it fills the memory`, async () => {
    const { reply, sent } = replyOf(type, 'data: ', 10_000)
    await assert.rejects(sizeOf(reply), /acme sent more than \d+ bytes/)
    assert.ok(sent() < 600)
  })

test('a stream of many events is as long as it is', async () => {
  const { reply } = replyOf('text/event-stream; charset=utf-8', 'data: x\n\n', 100)
  assert.equal(await sizeOf(reply), 100 * MEGABYTE)
})
