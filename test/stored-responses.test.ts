import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, test } from 'node:test'
import OpenAI from 'openai'
import { startTestGateway, type TestGateway } from './start-test-gateway.ts'
import { validatedFetch } from './validated-responses.ts'

const KEYS = ['ann', 'bob'].map((name) => {
  const sha256 = createHash('sha256').update(`key-of-${name}`).digest('hex')
  return `    - { name: ${name}, sha256: ${sha256} }`
})
const yaml = `server:\n  keys:\n${KEYS.join('\n')}\nrecord:\n  storage: full\n`

let t: TestGateway
let ann: OpenAI
let bob: OpenAI
before(async () => {
  t = await startTestGateway(yaml)
  const clientOf = (name: string) =>
    new OpenAI({
      baseURL: `${t.gateway.url}/v1`,
      apiKey: `key-of-${name}`,
      maxRetries: 0,
      fetch: validatedFetch,
    })
  ann = clientOf('ann')
  bob = clientOf('bob')
})
after(() => t.close())

const model = 'auto'

/** The messages that the upstream was sent last. */
function lastSent(): { role: string; content: unknown }[] {
  const body = t.simulator.seen.at(-1)?.body as { messages: { role: string; content: unknown }[] } | undefined
  return body?.messages ?? []
}

test('a conversation goes on from its last answer, over three turns, and instructions are not carried on', async () => {
  const one = await ann.responses.create({ model, input: 'First question.', instructions: 'Be brief.' })
  const two = await ann.responses.create({ model, input: 'Second question.', previous_response_id: one.id })
  const stream = ann.responses.stream({ model, input: 'Third question.', previous_response_id: two.id })
  const three = await stream.finalResponse()
  assert.equal(three.previous_response_id, two.id)
  assert.deepEqual(lastSent(), [
    { role: 'user', content: 'First question.' },
    { role: 'assistant', content: one.output_text },
    { role: 'user', content: 'Second question.' },
    { role: 'assistant', content: two.output_text },
    { role: 'user', content: 'Third question.' },
  ])
  assert.equal((await ann.responses.retrieve(three.id)).output_text, three.output_text)
})

test('what was asked is listed with what went before, by pages', async () => {
  const image = {
    type: 'input_image' as const,
    detail: 'auto' as const,
    image_url: 'data:image/png;base64,iVBORw0KGgo=',
  }
  const one = await ann.responses.create({
    model,
    input: [{ role: 'user', content: [{ type: 'input_text', text: 'Look.' }, image] }],
  })
  const two = await ann.responses.create({ model, input: 'And now?', previous_response_id: one.id })
  const all = await ann.responses.inputItems.list(two.id, { order: 'asc' })
  const texts = all.data.map(
    (item) => item.type === 'message' && item.content.map((part) => 'text' in part && part.text),
  )
  assert.deepEqual(texts, [['Look.', false], [one.output_text], ['And now?']])
  assert.equal(new Set(all.data.map(({ id }) => id)).size, 3)
  const paged: unknown[] = []
  for await (const item of ann.responses.inputItems.list(two.id, { limit: 1 })) paged.push(item)
  assert.deepEqual(paged, all.data.toReversed())
  const refused = [{ limit: 101 }, { order: 'up' as never }, { after: 'msg_none' }]
  for (const query of refused)
    await assert.rejects(
      Promise.resolve(ann.responses.inputItems.list(two.id, query)),
      OpenAI.BadRequestError,
    )
})

test('a function’s result goes on from the answer that called it, and from no other', async () => {
  const tools = [
    { type: 'function' as const, name: 'now', strict: true, parameters: { type: 'object', properties: {} } },
  ]
  const asked = { model, tools, input: 'What time is it?', tool_choice: 'required' as const }
  const calling = await ann.responses.create(asked)
  const call = calling.output.find((item) => item.type === 'function_call')
  const result = [{ type: 'function_call_output' as const, call_id: call?.call_id ?? '', output: '12:00' }]
  const answer = await ann.responses.create({ model, tools, input: result, previous_response_id: calling.id })
  assert.ok(answer.output_text)
  await assert.rejects(
    ann.responses.create({ model, tools, input: 'Well?', previous_response_id: calling.id }),
    { status: 400, param: 'previous_response_id' },
  )
  await assert.rejects(
    ann.responses.create({ model, tools, input: result, previous_response_id: answer.id }),
    { status: 400, param: 'input[0].call_id' },
  )
})

test('items may be named instead of sent, as clients do that rely on stored responses', async () => {
  const one = await ann.responses.create({ model, input: 'One.' })
  const reference = { type: 'item_reference' as const, id: one.output[0]?.id ?? '' }
  const input = [
    { role: 'user' as const, content: 'One.' },
    reference,
    { role: 'user' as const, content: 'Two.' },
  ]
  const two = await ann.responses.create({ model, input })
  const sent = lastSent()
  assert.deepEqual(sent[1], { role: 'assistant', content: one.output_text })
  await ann.responses.create({ model, input: 'Three.', previous_response_id: two.id })
  assert.deepEqual(lastSent().slice(0, 3), sent)
  await assert.rejects(bob.responses.create({ model, input }), { status: 400, param: 'input[1]' })
})

test('a stored response is its caller’s alone', async () => {
  const { id } = await ann.responses.create({ model, input: 'A secret.' })
  const missing = { status: 404, param: 'id' }
  await assert.rejects(bob.responses.retrieve(id), missing)
  await assert.rejects(bob.responses.delete(id), missing)
  await assert.rejects(Promise.resolve(bob.responses.inputItems.list(id)), missing)
  await assert.rejects(bob.responses.create({ model, input: 'Go on.', previous_response_id: id }), {
    status: 400,
    param: 'previous_response_id',
    code: 'previous_response_not_found',
  })
  assert.equal((await ann.responses.retrieve(id)).id, id)
})

test('what is deleted is gone, with its words, and no conversation goes on over the gap', async () => {
  const one = await ann.responses.create({ model, input: 'One.' })
  const two = await ann.responses.create({ model, input: 'Two.', previous_response_id: one.id })
  await ann.responses.delete(one.id)
  await assert.rejects(ann.responses.retrieve(one.id), { status: 404 })
  await assert.rejects(ann.responses.delete(one.id), { status: 404 })
  await assert.rejects(ann.responses.create({ model, input: 'Three.', previous_response_id: two.id }), {
    status: 400,
    code: 'previous_response_not_found',
    message: new RegExp(one.id),
  })
  const generation = one.id.replace('resp_', 'gen-')
  const story = await fetch(`${t.gateway.url}/v1/generation?id=${generation}`, {
    headers: { authorization: 'Bearer key-of-ann' },
  })
  const { data } = (await story.json()) as { data: { request: unknown; answer: unknown; model: string } }
  assert.deepEqual([data.request, data.answer], [null, null])
  assert.ok(data.model)
})

test('store: false keeps nothing to go on from', async () => {
  const answer = await ann.responses.create({ model, input: 'One.', store: false })
  assert.equal((answer as { store?: boolean }).store, false)
  await assert.rejects(ann.responses.retrieve(answer.id), { status: 404 })
  await assert.rejects(ann.responses.create({ model, input: 'Two.', previous_response_id: answer.id }), {
    code: 'previous_response_not_found',
  })
})

test('an answer that was cut is not kept', async () => {
  t.simulator.setFault({ fault: 'cut:3' })
  let id = ''
  await assert.rejects(async () => {
    for await (const event of await ann.responses.create({ model, input: 'One.', stream: true }))
      if (event.type === 'response.created') id = event.response.id
  })
  t.simulator.clearFaults()
  await assert.rejects(ann.responses.retrieve(id), { status: 404 })
})

test('what was not made in the background cannot be cancelled, nor streamed again', async () => {
  const { id } = await ann.responses.create({ model, input: 'One.' })
  await assert.rejects(ann.responses.cancel(id), { status: 400, param: 'id' })
  await assert.rejects(ann.responses.retrieve(id, { stream: true }), { status: 400, param: 'stream' })
})

test('a gateway that keeps no words answers all the same, and says why it has nothing to go on from', async () => {
  const other = await startTestGateway('record:\n  storage: metadata\n')
  try {
    const client = new OpenAI({
      baseURL: `${other.gateway.url}/v1`,
      apiKey: 'none',
      maxRetries: 0,
      fetch: validatedFetch,
    })
    const answer = await client.responses.create({ model, input: 'One.' })
    assert.equal((answer as { store?: boolean }).store, false)
    await assert.rejects(client.responses.retrieve(answer.id), { status: 404 })
    await assert.rejects(client.responses.create({ model, input: 'One.', store: true }), {
      status: 400,
      param: 'store',
      message: /record\.storage is metadata/,
    })
    await assert.rejects(client.responses.create({ model, input: 'Two.', previous_response_id: answer.id }), {
      status: 400,
      param: 'previous_response_id',
      message: /record\.storage is metadata/,
    })
  } finally {
    await other.close()
  }
})
