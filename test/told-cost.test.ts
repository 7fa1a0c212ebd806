import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { CLAUDE, GEMINI, type MessagesGateway, OPEN, startMessagesGateway } from './messages-gateway.ts'
import { validatorOf, withoutSpecs } from './openapi-schema.ts'
import { events, frame, json } from './scripted-upstream.ts'
import { REPLIES } from './translated-replies.ts'

let t: MessagesGateway
before(async () => {
  t = await startMessagesGateway()
})
after(() => t.close())

/** How each skin is asked, and where it tells tokens and cost. */
const SKINS = {
  messages: {
    ask: { max_tokens: 9, messages: [{ role: 'user', content: 'x' }] },
    schemas: ['MessagesResult', 'MessagesStreamEvents'],
    usageIn: ({ type, usage }: Told) => (type === 'message_start' ? undefined : usage),
  },
  responses: {
    ask: { input: 'x' },
    schemas: ['OpenResponsesResult', 'StreamEvents'],
    usageIn: ({ usage, response }: Told) => usage ?? response?.usage,
  },
} as const

interface Told {
  readonly type?: string
  readonly usage?: ToldUsage
  readonly response?: { readonly usage?: ToldUsage }
}

interface ToldUsage {
  readonly cost?: number | null
  readonly is_byok?: boolean
  readonly estimated?: boolean
  readonly output_tokens?: number
}

const FAMILIES = [
  { model: CLAUDE, replies: REPLIES.anthropic },
  { model: GEMINI, replies: REPLIES.google },
  { model: OPEN, replies: REPLIES['openai-compatible'] },
]

type SkinName = keyof typeof SKINS

/** Claude's own words in Messages are the host's, which is here as terse as a test's. */
const isOurs = (skin: SkinName, model: string) => !(skin === 'messages' && model === CLAUDE)

async function ask(path: string, skin: SkinName, body: object) {
  const reply = await fetch(`${t.url}${path}/${skin}`, {
    method: 'POST',
    body: JSON.stringify({ ...SKINS[skin].ask, ...body }),
  })
  return { text: await reply.text(), head: reply.headers }
}

function eventsIn(text: string): Told[] {
  return text
    .split('\n')
    .flatMap((line) => (line.startsWith('data: ') ? [JSON.parse(line.slice('data: '.length)) as Told] : []))
}

const costs = (skin: SkinName, told: readonly Told[]) =>
  told.map(SKINS[skin].usageIn).filter((usage) => usage?.cost !== undefined)

test('the schemas are there', { skip: withoutSpecs }, () => {})

for (const skin of ['messages', 'responses'] as const)
  for (const { model, replies } of FAMILIES) {
    test(`${skin} of ${model}, whole: usage.cost, x-meritorder-cost and the record are one amount`, async () => {
      t.upstream.answer(json(replies.whole))
      const { text, head } = await ask('/api/v1', skin, { model })
      const told = JSON.parse(text)
      if (isOurs(skin, model)) validatorOf('openrouter', SKINS[skin].schemas[0])(told)
      const { cost_usd: recorded } = await t.story(head.get('x-generation-id'))
      assert.ok(Number(recorded) > 0)
      assert.equal(head.get('x-meritorder-cost'), recorded)
      assert.deepEqual([told.usage.cost, told.usage.is_byok], [Number(recorded), false])
    })

    test(`${skin} of ${model}, streamed: the cost is told once, at the end, and is the recorded one`, async () => {
      t.upstream.answer(events(replies.events.map(frame)))
      const { text, head } = await ask('/api/v1', skin, { model, stream: true })
      const told = eventsIn(text)
      if (isOurs(skin, model)) told.forEach(validatorOf('openrouter', SKINS[skin].schemas[1]))
      const { cost_usd: recorded } = await t.story(head.get('x-generation-id'))
      assert.deepEqual(
        costs(skin, told).map((usage) => usage?.cost),
        [Number(recorded)],
      )
      const names = text.split('\n').filter((line) => line.startsWith('event: '))
      assert.deepEqual(
        names,
        told.map(({ type }) => `event: ${type}`),
      )
    })

    test(`${skin} of ${model}: who does not ask is told no cost; \`usage: {include: true}\` asks for it`, async () => {
      for (const stream of [false, true]) {
        t.upstream.answer(stream ? events(replies.events.map(frame)) : json(replies.whole))
        const plain = await ask('/v1', skin, { model, stream })
        assert.equal(plain.text.includes('"cost"'), false)
        const asking = await ask('/v1', skin, { model, stream, usage: { include: true } })
        assert.equal(asking.text.match(/"cost":/g)?.length, 1)
      }
    })
  }

test('bytes of Anthropic’s own answers reach plain clients untouched', async () => {
  t.upstream.answer(json(REPLIES.anthropic.whole))
  const { text } = await ask('/v1', 'messages', { model: CLAUDE })
  assert.equal(text, JSON.stringify(REPLIES.anthropic.whole))
  const sent = REPLIES.anthropic.events.map(frame)
  t.upstream.answer(events(sent))
  assert.equal((await ask('/v1', 'messages', { model: CLAUDE, stream: true })).text, sent.join(''))
})

for (const skin of ['messages', 'responses'] as const)
  test(`${skin}: where a host counts nothing in a stream, what is counted here is told with its cost`, async () => {
    const silent = REPLIES['openai-compatible'].events.map((event) => ({ ...event, usage: undefined }))
    t.upstream.answer(events(silent.map(frame)))
    const { text, head } = await ask('/api/v1', skin, { model: OPEN, stream: true })
    const told = eventsIn(text)
    for (const event of told) validatorOf('openrouter', SKINS[skin].schemas[1])(event)
    const story = await t.story(head.get('x-generation-id'))
    assert.equal(story.tokens_estimated, true)
    const counted = costs(skin, told)
    assert.deepEqual(
      counted.map((usage) => [usage?.cost, usage?.output_tokens, usage?.estimated]),
      [[Number(story.cost_usd), story.native_tokens_completion, true]],
    )
  })

test('tokens that are told late leave a stream’s reason to stop as it was', async () => {
  const silent = REPLIES['openai-compatible'].events.map((event) => ({ ...event, usage: undefined }))
  t.upstream.answer(events(silent.map(frame)))
  const { text } = await ask('/api/v1', 'messages', { model: OPEN, stream: true })
  const reasons = eventsIn(text).flatMap((event) =>
    event.type === 'message_delta' ? [(event as { delta?: { stop_reason: string } }).delta?.stop_reason] : [],
  )
  assert.deepEqual(reasons, ['tool_use', 'tool_use'])
})
