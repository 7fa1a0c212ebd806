import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import OpenAI from 'openai'
import { request } from 'undici'
import { practiceCatalog } from './practice-market.ts'
import { type Simulator, startSimulator } from './simulator.ts'

let simulator: Simulator
before(async () => {
  simulator = await startSimulator({ port: 0, seed: 1, latency: 'none', now: () => 1_800_000_000_000 })
})
after(() => simulator.close())

const clientOf = (provider: string, at = simulator) =>
  new OpenAI({ baseURL: `${at.url}/${provider}/v1`, apiKey: 'practice', maxRetries: 0 })
const ask = (content: string) => [{ role: 'user' as const, content }]
const weather = {
  type: 'function' as const,
  function: {
    name: 'get_weather',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
}

test('the official client reads a whole answer that says it is simulated, by whom and as which model', async () => {
  const answer = await clientOf('simulated-dynamo').chat.completions.create({
    model: 'openai/gpt-oss-120b',
    messages: ask('How do magnets work?'),
  })
  assert.equal(answer.model, 'openai/gpt-oss-120b')
  assert.equal(Object(answer).provider, 'simulated-dynamo')
  assert.match(
    answer.choices[0]?.message.content ?? '',
    /^Simulated answer of openai\/gpt-oss-120b at simulated-dynamo — .*How do magnets work\?/,
  )
  assert.equal(answer.choices[0]?.finish_reason, 'stop')
  assert.equal(answer.usage?.prompt_tokens, 3 + 4 + 5)
  assert.equal(answer.usage.total_tokens, answer.usage.prompt_tokens + answer.usage.completion_tokens)
})

test('the official client reads a stream: role, contents, finish, usage when asked for', async () => {
  const whole = await clientOf('test').chat.completions.create({ model: 'm', messages: ask('Grüße 🧪') })
  const stream = await clientOf('test').chat.completions.create({
    model: 'm',
    messages: ask('Grüße 🧪'),
    stream: true,
    stream_options: { include_usage: true },
  })
  const chunks: OpenAI.ChatCompletionChunk[] = []
  for await (const chunk of stream) chunks.push(chunk)
  assert.equal(chunks[0]?.choices[0]?.delta.role, 'assistant')
  assert.equal(
    chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join(''),
    whole.choices[0]?.message.content,
  )
  assert.equal(chunks.at(-2)?.choices[0]?.finish_reason, 'stop')
  assert.deepEqual(chunks.at(-1)?.choices, [])
  assert.deepEqual(chunks.at(-1)?.usage, whole.usage)
  assert.equal(chunks.length, (whole.usage?.completion_tokens ?? 0) + 3, 'a chunk a token, and three more')
})

test('a stream has no usage unless asked for, and ends with [DONE]', async () => {
  const { body } = await request(`${simulator.url}/test/v1/chat/completions`, {
    method: 'POST',
    body: JSON.stringify({ model: 'm', stream: true, messages: ask('hello') }),
  })
  const text = await body.text()
  assert.doesNotMatch(text, /usage/)
  assert.ok(text.endsWith('\n\ndata: [DONE]\n\n'))
})

test('a tool is called when demanded or named in the prompt, streamed alike, and its result is answered', async () => {
  const client = clientOf('test')
  const demanded = { model: 'm', messages: ask('Oslo?'), tools: [weather], tool_choice: 'required' as const }
  const whole = await client.chat.completions.create(demanded)
  assert.equal(whole.choices[0]?.finish_reason, 'tool_calls')
  const call = whole.choices[0].message.tool_calls?.[0]
  assert.ok(call?.type === 'function')
  assert.equal(call.function.name, 'get_weather')
  assert.equal(typeof JSON.parse(call.function.arguments).city, 'string')

  const streamed = await client.chat.completions.stream(demanded).finalChatCompletion()
  const streamedCall = streamed.choices[0]?.message.tool_calls?.[0]
  assert.ok(streamedCall?.type === 'function')
  assert.equal(streamedCall.function.arguments, call.function.arguments)

  const named = { model: 'm', messages: ask('Please use get_weather for Oslo.'), tools: [weather] }
  const byName = await client.chat.completions.create(named)
  assert.equal(byName.choices[0]?.message.tool_calls?.length, 1)
  const after = await client.chat.completions.create({
    ...named,
    messages: [
      ...named.messages,
      byName.choices[0].message,
      { role: 'tool', tool_call_id: call.id, content: 'rain' },
    ],
  })
  assert.equal(after.choices[0]?.finish_reason, 'stop')
})

test('a JSON schema is obeyed', async () => {
  const schema = { type: 'object', properties: { n: { type: 'integer', minimum: 7 } }, required: ['n'] }
  const answer = await clientOf('test').chat.completions.create({
    model: 'm',
    messages: ask('a number'),
    response_format: { type: 'json_schema', json_schema: { name: 'number', schema } },
  })
  assert.deepEqual(JSON.parse(answer.choices[0]?.message.content ?? ''), { n: 7 })
})

test('an answer stops at max_tokens and says so', async () => {
  const answer = await clientOf('test').chat.completions.create({
    model: 'm',
    messages: ask('x'),
    max_tokens: 5,
  })
  assert.equal(answer.choices[0]?.finish_reason, 'length')
  assert.equal(answer.usage?.completion_tokens, 5)
})

test('under one seed the same prompt gets the same answer, under another seed another one', async () => {
  const other = await startSimulator({ port: 0, seed: 2, latency: 'none' })
  const texts = async (at: Simulator) => {
    const answers = ['a', 'b', 'c', 'd'].map((prompt) =>
      clientOf('test', at).chat.completions.create({ model: 'm', messages: ask(prompt) }),
    )
    return (await Promise.all(answers)).map((answer) => answer.choices[0]?.message.content)
  }
  assert.deepEqual(await texts(simulator), await texts(simulator))
  assert.notDeepEqual(await texts(simulator), await texts(other))
  await other.close()
})

test('a practice provider lists and serves its models only; a provider of no market serves any', async () => {
  const { data } = await clientOf('simulated-dynamo').models.list()
  const offered = practiceCatalog('').endpoints.filter(({ provider }) => provider === 'simulated-dynamo')
  assert.deepEqual(
    data.map(({ id }) => id),
    offered.map(({ upstreamModel }) => upstreamModel),
  )
  await assert.rejects(
    clientOf('simulated-dynamo').chat.completions.create({ model: 'gpt-9', messages: ask('x') }),
    { status: 404, code: 'model_not_found', message: /gpt-9 does not exist at the simulated provider/ },
  )
  await clientOf('whatever').chat.completions.create({ model: 'gpt-9', messages: ask('x') })
})

test('every endpoint of the practice catalog answers', async () => {
  const { endpoints, providers } = practiceCatalog(simulator.url)
  for (const { provider, upstreamModel } of endpoints) {
    const { baseUrl = '' } = providers.find(({ slug }) => slug === provider) ?? {}
    const client = new OpenAI({ baseURL: baseUrl, apiKey: 'practice' })
    const answer = await client.chat.completions.create({ model: upstreamModel, messages: ask('x') })
    assert.equal(Object(answer).provider, provider)
  }
})

test('wrong bodies and unknown paths get an error in OpenAI shape', async () => {
  const post = (path: string, body: string) => request(simulator.url + path, { method: 'POST', body })
  for (const body of ['', '{', '[]', '{}', '{"model":"m"}', '{"model":"m","messages":[]}']) {
    const reply = await post('/test/v1/chat/completions', body)
    assert.equal(reply.statusCode, 400, body)
    assert.ok(Object(await reply.body.json()).error.message)
  }
  const reply = await post('/nothing', '{}')
  assert.equal(reply.statusCode, 404)
  assert.match(await reply.body.text(), /POST \/PROVIDER\/v1\/chat\/completions/)
})

test('requests are seen with headers and bytes, and how they ended', async () => {
  const body = '{ "model": "seen",\n "messages": [{"role":"user","content":"x"}], "odd": 1.0 }'
  const headers = { 'x-trace': '42' }
  const arrived = simulator.nextRequest()
  const reply = await request(`${simulator.url}/p1/v1/chat/completions?q=1`, {
    method: 'POST',
    body,
    headers,
  })
  await reply.body.dump()
  const seen = await arrived
  assert.equal(simulator.seen.at(-1), seen)
  assert.equal(seen.bytes.toString(), body)
  assert.equal(seen.headers['x-trace'], '42')
  assert.deepEqual([seen.provider, seen.model, seen.path], ['p1', 'seen', '/p1/v1/chat/completions?q=1'])
  assert.equal(await seen.ended, 'answered')
})

test('a client that leaves in the middle is counted as aborted', async () => {
  const arrived = simulator.nextRequest()
  const stream = await clientOf('left').chat.completions.create({
    model: 'm!stall:1',
    messages: ask('x'),
    stream: true,
  })
  stream.controller.abort()
  assert.equal(await (await arrived).ended, 'aborted')
  assert.deepEqual(simulator.counters().providers.left, {
    requests: 1,
    faulty: 1,
    answered: 0,
    aborted: 1,
    cut: 0,
  })
})

test('control calls order faults, show them with the counters, and clear them', async () => {
  const control = async (method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown) => {
    const reply = await request(simulator.url + path, {
      method,
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    return { status: reply.statusCode, value: Object(await reply.body.json()) }
  }
  const order = { provider: 'troubled', model: 'm', fault: 'status:503', count: 2 }
  assert.equal((await control('POST', '/control/faults', order)).status, 201)
  const statuses: number[] = []
  for (const [provider, model] of [
    ['troubled', 'm'],
    ['fine', 'm'],
    ['troubled', 'n'],
    ['troubled', 'm'],
    ['troubled', 'm'],
  ]) {
    const body = JSON.stringify({ model, messages: ask('x') })
    const reply = await request(`${simulator.url}/${provider}/v1/chat/completions`, { method: 'POST', body })
    await reply.body.dump()
    statuses.push(reply.statusCode)
  }
  assert.deepEqual(statuses, [503, 200, 200, 503, 200])

  await control('POST', '/control/faults', { ...order, share: 0.5 })
  const { value } = await control('GET', '/control')
  assert.deepEqual(value.orders, [{ ...order, share: 0.5, hits: 0 }])
  assert.equal(value.counters.providers.troubled.faulty, 2)
  assert.ok(value.faults.some(({ name }: { name: string }) => name === 'slow-drip'))
  assert.deepEqual((await control('DELETE', '/control/faults')).value.orders, [])

  for (const wrong of [
    {},
    { fault: 'meteor' },
    { fault: 'hang', share: 2 },
    { fault: 'refuse' },
    { fault: 'hang', often: 1 },
  ]) {
    assert.equal((await control('POST', '/control/faults', wrong)).status, 400, JSON.stringify(wrong))
  }
  assert.equal((await control('GET', '/control/else')).status, 404)
})

test('a share hits about that share of the requests, and the same ones under the same seed', async () => {
  const hits = async () => {
    const one = await startSimulator({ port: 0, seed: 5, latency: 'none' })
    one.setFault({ fault: 'status:500', share: 0.3 })
    const statuses: number[] = []
    for (let at = 0; at < 100; at++) {
      const body = JSON.stringify({ model: 'm', messages: ask('x') })
      const reply = await request(`${one.url}/p/v1/chat/completions`, { method: 'POST', body })
      await reply.body.dump()
      statuses.push(reply.statusCode)
    }
    await one.close()
    return statuses
  }
  const first = await hits()
  assert.deepEqual(first, await hits())
  const hit = first.filter((status) => status === 500).length
  assert.ok(hit > 15 && hit < 45, `${hit} of 100`)
})

test('it remembers the latest thousand requests and counts all', async () => {
  const one = await startSimulator({ port: 0, latency: 'none' })
  const body = JSON.stringify({ model: 'm', messages: ask('x'), max_tokens: 1 })
  for (let at = 0; at < 1010; at++) {
    const reply = await request(`${one.url}/p/v1/chat/completions`, { method: 'POST', body })
    await reply.body.dump()
  }
  assert.equal(one.seen.length, 1000)
  assert.equal(one.counters().requests, 1010)
  await one.close()
})

test('closing drops silent connections', async () => {
  const one = await startSimulator({ port: 0 })
  const arrived = one.nextRequest()
  const body = JSON.stringify({ model: 'm!hang', messages: ask('x') })
  const answer = request(`${one.url}/p/v1/chat/completions`, { method: 'POST', body })
  const ended = assert.rejects(answer)
  await arrived
  await one.close()
  await ended
})
