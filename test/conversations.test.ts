import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import type OpenAI from 'openai'
import { type ConversationGateway, keyOf, says, startConversationGateway } from './conversation-gateway.ts'
import type { Scripted, SeenRequest } from './scripted-upstream.ts'

const EVEN = { near: 1, far: 1.5, north: 5, south: 6 }

let t: ConversationGateway
let ann: OpenAI
before(async () => {
  t = await startConversationGateway(EVEN)
})
beforeEach(async () => {
  for (const host of Object.keys(EVEN)) t.answer(host, halfFromCache)
  await t.reprice(EVEN)
  ann = t.client('ann')
  t.called()
})
after(() => t.close())

/** A host whose cache gives back half of a conversation that goes on, as is assumed of one that is not known. */
function halfFromCache({ body }: SeenRequest): Scripted {
  return says({ cached: (body.messages as unknown[]).length > 1 ? 2000 : 0 })
}

type Messages = OpenAI.ChatCompletionMessageParam[]

/** A conversation of some 4,000 tokens about a subject of its own, at its turn-th question. */
function conversation(subject: string, turn = 1): Messages {
  const opening = `We talk about ${subject}. ${'The cat sat on the mat and looked at the moon. '.repeat(350)}`
  return [
    { role: 'user', content: opening },
    ...Array.from(
      { length: turn - 1 },
      (_, i): Messages => [
        { role: 'assistant', content: 'fine' },
        { role: 'user', content: `And ${i}?` },
      ],
    ).flat(),
  ]
}

interface Told {
  readonly reason: string
  readonly conversation: { outcome: string; endpoint: string; cache_usd: number; lost_usd: number } | null
  readonly tool_loop: { model: string; outcome: string } | null
}

async function told(id: string | null, caller = 'ann'): Promise<Told> {
  const reply = await fetch(`${t.url}/v1/generation?id=${id}`, {
    headers: { authorization: `Bearer ${keyOf(caller)}` },
  })
  return ((await reply.json()) as { data: Told }).data
}

async function ask(client: OpenAI, messages: Messages, more: object = {}) {
  const { response } = await client.chat.completions
    .create({ model: 'acme/big', messages, ...more })
    .withResponse()
  return { host: t.called().at(-1), id: response.headers.get('x-meritorder-generation-id') }
}

test('a conversation stays when another host becomes a little cheaper, and a new one goes there', async () => {
  assert.equal((await ask(ann, conversation('boats'))).host, 'near')
  await t.reprice({ ...EVEN, far: 0.9 })
  const { host, id } = await ask(ann, conversation('boats', 2))
  assert.equal(host, 'near')
  const { conversation: stay, reason } = await told(id)
  assert.equal(stay?.outcome, 'stays')
  assert.equal(stay?.lost_usd, 0)
  // Half of 4,000 tokens at nine tenths of $1 per million is expected until something is observed.
  assert.ok(Math.abs(stay!.cache_usd - 0.0018) < 0.0003, String(stay?.cache_usd))
  assert.match(reason, /stays here, where its prompt cache saves \$0\.001/)
  assert.equal((await ask(ann, conversation('trains'))).host, 'far')
})

test('it leaves when the other is cheaper by more than the cache is worth, and the decision says what that costs', async () => {
  await ask(ann, conversation('planes'))
  await t.reprice({ ...EVEN, far: 0.2 })
  const body = JSON.stringify({ model: 'acme/big', messages: conversation('planes', 2) })
  const reply = await fetch(`${t.url}/api/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${keyOf('ann')}`, 'x-openrouter-metadata': 'enabled' },
    body,
  })
  const { openrouter_metadata: metadata } = (await reply.json()) as { openrouter_metadata: Told }
  assert.deepEqual(t.called(), ['far'])
  assert.equal(metadata.conversation?.outcome, 'changes_host')
  assert.ok(metadata.conversation!.lost_usd > 0.001)
  assert.match(metadata.reason, /leaves near\/m, which gives up \$0\.001\d* of prompt cache/)
  const record = await told(reply.headers.get('x-meritorder-generation-id'))
  assert.deepEqual(record.conversation, metadata.conversation)
})

test('/v1/route says where a conversation would stay, and remembers nothing', async () => {
  const route = async (turn: number) => {
    const reply = await fetch(`${t.url}/v1/route`, {
      method: 'POST',
      headers: { authorization: `Bearer ${keyOf('ann')}` },
      body: JSON.stringify({ model: 'acme/big', messages: conversation('kites', turn) }),
    })
    return (await reply.json()) as Told & { provider: string }
  }
  assert.equal((await route(1)).conversation, null)
  assert.equal((await route(2)).conversation, null)
  await ask(ann, conversation('kites'))
  await t.reprice({ ...EVEN, far: 0.9 })
  const { provider, conversation: stay } = await route(2)
  assert.equal(provider, 'near')
  assert.equal(stay?.outcome, 'stays')
})

test('it leaves a host that is down, and stays at the one that answered instead', async () => {
  await ask(ann, conversation('birds'))
  t.answer('near', () => ({ status: 503, pieces: ['{"error":{"message":"down"}}'] }))
  assert.equal((await ask(ann, conversation('birds', 2))).host, 'far')
  t.answer('near', halfFromCache)
  await t.reprice({ ...EVEN, near: 1.4 })
  assert.equal((await ask(ann, conversation('birds', 3))).host, 'far')
})

test('two callers who send the same text share nothing', async () => {
  await ask(ann, conversation('bees'))
  await t.reprice({ ...EVEN, far: 0.9 })
  assert.equal((await ask(t.client('ben'), conversation('bees', 2))).host, 'far')
  assert.equal((await ask(ann, conversation('bees', 2))).host, 'near')
})

for (const more of [{ session_id: 's-1' }, { prompt_cache_key: 'k-1' }])
  test(`a conversation is known by its ${Object.keys(more)}, however it opens`, async () => {
    await ask(ann, conversation('whales'), more)
    await t.reprice({ ...EVEN, far: 0.9 })
    assert.equal((await ask(ann, conversation('sharks', 2), more)).host, 'near')
    assert.equal((await ask(ann, conversation('sharks', 2))).host, 'far')
  })

test('a host whose cache gives nothing back is not stayed with for long, one whose cache does is', async () => {
  const turns = async (subject: string) => {
    const hosts = []
    for (let turn = 2; turn < 8; turn++)
      hosts.push((await ask(ann, conversation(subject, turn), { model: 'acme/tall' })).host)
    return hosts
  }
  t.answer('north', () => says({ cached: 4000 }))
  t.answer('south', () => says())
  await ask(ann, conversation('wolves'), { model: 'acme/tall' })
  await t.reprice({ ...EVEN, north: 5, south: 4 })
  assert.deepEqual(new Set(await turns('wolves')), new Set(['north']))
  await ask(ann, conversation('foxes'), { model: 'acme/tall' })
  await t.reprice({ ...EVEN, north: 4, south: 5 })
  const hosts = await turns('foxes')
  assert.equal(hosts[0], 'south')
  assert.equal(hosts.at(-1), 'north')
})

const tools = [{ type: 'function', function: { name: 'look', parameters: { type: 'object' } } }]
const results = (id: string): Messages => [
  {
    role: 'assistant',
    content: null,
    tool_calls: [{ id, type: 'function', function: { name: 'look', arguments: '{"where":"up"}' } }],
  },
  { role: 'tool', tool_call_id: id, content: 'the moon' },
]

test('inside a tool loop the model is kept, whatever has become the better choice, and outside it is not', async () => {
  t.answer('near', () => says({ calls: 'call-1' }))
  const begun = conversation('stars')
  await ask(ann, begun, { model: 'auto', tools })
  await t.reprice({ ...EVEN, north: 0.1, south: 0.1 })
  const { id, host } = await ask(ann, [...begun, ...results('call-1')], { model: 'auto', tools })
  assert.equal(host, 'near')
  const record = await told(id)
  assert.deepEqual(record.tool_loop, { model: 'acme/big', outcome: 'kept' })
  assert.match(record.reason, /acme\/big called the tools, so it gets their results/)
  const after = await ask(ann, conversation('stars', 2), { model: 'auto', tools })
  assert.match(String(after.host), /north|south/)
  const changed = await told(after.id)
  assert.equal(changed.tool_loop, null)
  assert.equal(changed.conversation?.outcome, 'changes_model')
  assert.match(changed.reason, /changes from acme\/big, which gives up \$0\.00/)
})

test('in a list of models the one that called the tools comes first; who names one model gets that', async () => {
  t.answer('near', () => ({ status: 503, pieces: ['{"error":{"message":"down"}}'] }))
  t.answer('far', () => ({ status: 503, pieces: ['{"error":{"message":"down"}}'] }))
  t.answer('north', () => says({ calls: 'call-2' }))
  const begun = conversation('planets')
  const models = ['acme/big', 'acme/tall']
  assert.equal((await ask(ann, begun, { models, tools })).host, 'north')
  for (const host of ['near', 'far', 'north']) t.answer(host, halfFromCache)
  const goesOn = [...begun, ...results('call-2')]
  const { host, id } = await ask(ann, goesOn, { models, tools })
  assert.equal(host, 'north')
  assert.match((await told(id)).reason, /acme\/tall was asked for/)
  assert.match(String((await ask(ann, goesOn, { tools })).host), /near|far/)
})

test('a model that nobody sells any more cannot be kept: the decision says so and chooses anew', async () => {
  t.answer('near', () => says({ calls: 'call-3' }))
  const begun = conversation('comets')
  await ask(ann, begun, { model: 'auto', tools })
  await t.reprice({ north: 5, south: 6 })
  const { host, id } = await ask(ann, [...begun, ...results('call-3')], { model: 'auto', tools })
  assert.equal(host, 'north')
  const record = await told(id)
  assert.deepEqual(record.tool_loop, { model: 'acme/big', outcome: 'broken' })
  assert.match(record.reason, /acme\/big, which called the tools, cannot be had for this call any more/)
})

test('sub-agents of one session keep their own models', async () => {
  const session = { session_id: 'agents', tools }
  t.answer('near', () => says({ calls: 'call-of-first' }))
  t.answer('north', () => says({ calls: 'call-of-second' }))
  const [first, second] = [conversation('ants'), conversation('moths')]
  await ask(ann, first, { ...session, model: 'acme/big' })
  await ask(ann, second, { ...session, model: 'acme/tall' })
  const more = { ...session, model: 'auto' }
  assert.equal((await ask(ann, [...first, ...results('call-of-first')], more)).host, 'near')
  assert.equal((await ask(ann, [...second, ...results('call-of-second')], more)).host, 'north')
})

test('a restart forgets conversations without harm', async () => {
  await ask(ann, conversation('clouds'))
  await t.reprice({ ...EVEN, far: 0.9 })
  await t.restart()
  ann = t.client('ann')
  const { host, id } = await ask(ann, conversation('clouds', 2))
  assert.equal(host, 'far')
  assert.equal((await told(id)).conversation, null)
})

test('after a restart a host that was down is not tried first again', async () => {
  const headers = { 'retry-after': '600' }
  t.answer('near', () => ({ status: 503, headers, pieces: ['{"error":{"message":"down"}}'] }))
  assert.equal((await ask(ann, conversation('restarts'))).host, 'far')
  await t.restart()
  ann = t.client('ann')
  await ann.chat.completions.create({ model: 'acme/big', messages: conversation('restarts again') })
  assert.deepEqual(t.called(), ['far'])
})
