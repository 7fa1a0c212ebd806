import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import OpenAI from 'openai'
import { startTestGateway, type TestGateway } from './start-test-gateway.ts'

let t: TestGateway
before(async () => {
  t = await startTestGateway()
})
beforeEach(() => t.simulator.clearFaults())
after(() => t.close())

const prompt = 'Correct the grammar of this sentence: he go to school yesterday.'

async function story(id: string | null): Promise<Record<string, unknown>> {
  const reply = await fetch(`${t.gateway.url}/v1/generation?id=${id}`)
  return ((await reply.json()) as { data: Record<string, unknown> }).data
}

test('OpenAI’s client completes a prompt with the model chosen for it, and the record has what was said', async () => {
  const { data, response } = await t.openai.completions.create({ model: 'auto', prompt }).withResponse()
  assert.equal(data.object, 'text_completion')
  assert.ok(data.choices[0]?.text)
  assert.ok(data.usage?.completion_tokens)
  const told = await story(response.headers.get('x-meritorder-generation-id'))
  assert.equal(told.answer, data.choices[0].text)
  assert.equal(told.cost_usd, response.headers.get('x-meritorder-cost'))
  assert.deepEqual(told.request, { model: 'auto', prompt })
})

test('a stream comes in pieces of text, with usage when asked, and its record has all of them', async () => {
  const { data: stream, response } = await t.openai.completions
    .create({ model: 'auto', prompt, stream: true, stream_options: { include_usage: true } })
    .withResponse()
  let text = ''
  let usage: unknown
  const reasons: unknown[] = []
  for await (const piece of stream) {
    text += piece.choices[0]?.text ?? ''
    usage = piece.usage ?? usage
    if (piece.choices[0]?.finish_reason) reasons.push(piece.choices[0].finish_reason)
  }
  assert.ok(usage)
  assert.deepEqual(reasons, ['stop'])
  const told = await story(response.headers.get('x-generation-id'))
  assert.equal(told.answer, text)
  assert.equal(told.outcome, 'complete')
})

test('an upstream that dies in the middle is an error for the official client', async () => {
  t.simulator.setFault({ fault: 'cut:3' })
  const { data: stream, response } = await t.openai.completions
    .create({ model: 'auto', prompt, stream: true })
    .withResponse()
  await assert.rejects(async () => {
    for await (const _ of stream);
  }, OpenAI.APIError)
  assert.equal((await story(response.headers.get('x-generation-id'))).outcome, 'incomplete')
})

test('what a chat model cannot do is refused by name before anybody is asked', async () => {
  const asked = t.simulator.counters().requests
  const bodies: [object, string][] = [
    [{ prompt: undefined }, 'prompt'],
    [{ prompt: ['a', 'b'] }, 'prompt'],
    [{ prompt: [1, 2] }, 'prompt'],
    [{ n: 2 }, 'n'],
    [{ best_of: 3 }, 'best_of'],
    [{ echo: true }, 'echo'],
    [{ suffix: 'end' }, 'suffix'],
    [{ max_tokens: 0 }, 'max_tokens'],
  ]
  for (const [differs, field] of bodies) {
    const reply = await fetch(`${t.gateway.url}/v1/completions`, {
      method: 'POST',
      body: JSON.stringify({ model: 'auto', prompt, ...differs }),
    })
    const { error } = (await reply.json()) as { error: { param: string } }
    assert.deepEqual([reply.status, error.param], [400, field])
  }
  assert.equal(t.simulator.counters().requests, asked)
})
