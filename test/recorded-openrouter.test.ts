import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { openAiCompatible } from '../src/dispatch/providers/openai-compatible.ts'
import { chatCompletions } from '../src/receive/dialects/chat-completions.ts'
import { STEERING_FIELDS } from '../src/receive/wishes.ts'
import { validatorOf, withoutSpecs } from './openapi-schema.ts'
import { framed, startTranslation, streamOf, type Translation } from './translated-provider.ts'
import { checkEvents } from './valid-replies.ts'

const FIXTURES = process.env.MERITORDER_FIXTURES ?? '../shared/fixtures'
/** Whose recordings are of chat completions. */
const HOSTS = [
  'azure',
  'deepseek',
  'groq',
  'mistral',
  'moonshotai',
  'openai-compatible',
  'openai',
  'perplexity',
  'xai',
]

let t: Translation
before(async () => {
  t = await startTranslation('openai-compatible', chatCompletions, (pools) =>
    openAiCompatible(pools, STEERING_FIELDS),
  )
  t.endpoint = { price: { prompt: '0.000001', completion: '0.000002' } }
  t.openRouterClient = true
})
after(() => t.close())

const recordings = HOSTS.flatMap((host) => recordingsOf(host))

test('the schemas and the recordings are there', { skip: withoutSpecs || recordings.length === 0 }, () => {
  assert.ok(recordings.length >= 20, `${recordings.length} recordings`)
})

for (const { name, values, isWhole } of recordings)
  test(`${name}: OpenRouter’s client gets what OpenRouter’s schema says, with the same words, and what it cost`, async () => {
    t.answer(isWhole ? whole(values[0]!) : streamOf([framed(values), Buffer.from('data: [DONE]\n\n')]))
    const body = { model: 'any', stream: !isWhole, messages: [{ role: 'user', content: 'hi' }] }
    const text = await (await fetch(t.url, { method: 'POST', body: JSON.stringify(body) })).text()
    if (isWhole) validatorOf('openrouter', 'ChatResult')(JSON.parse(text))
    else checkEvents(text, validatorOf('openrouter', 'ChatStreamChunk'))
    const told = isWhole ? [JSON.parse(text) as Reply] : eventsOf(text)
    assert.deepEqual(wordsOf(told), wordsOf(values))
    for (const { id, model, provider } of told)
      assert.deepEqual([id.slice(0, 4), model, provider], ['gen-', t.model, 'openai-compatible'])
    const { usage, bill } = await t.sealed()
    assert.equal(usage.estimated, false)
    assert.equal(told.findLast((reply) => reply.usage)?.usage?.cost, Number(bill?.total) / 1e15)
  })

interface Message {
  readonly content?: string | null | readonly { text?: string; thinking?: readonly { text: string }[] }[]
  readonly reasoning?: string
  readonly reasoning_content?: string
  readonly tool_calls?: readonly { function: { arguments?: string } }[]
}

interface Reply {
  readonly id: string
  readonly model: string
  readonly provider: string
  readonly usage?: { readonly cost: number } | null
  readonly choices: readonly { readonly delta?: Message; readonly message?: Message }[]
}

/** Text, thoughts and arguments, wherever a host puts them. */
function wordsOf(replies: readonly Reply[]) {
  const messages = replies.flatMap(({ choices }) =>
    choices.map(({ delta, message }) => delta ?? message ?? {}),
  )
  const parts = messages.flatMap(({ content }) =>
    typeof content === 'string' ? [{ text: content }] : (content ?? []),
  )
  return {
    text: parts.map(({ text }) => text ?? '').join(''),
    thoughts: [
      ...parts.flatMap(({ thinking }) => (thinking ?? []).map(({ text }) => text)),
      ...messages.map(({ reasoning, reasoning_content: other }) => reasoning ?? other ?? ''),
    ].join(''),
    arguments: messages
      .flatMap(({ tool_calls }) => (tool_calls ?? []).map((call) => call.function.arguments))
      .join(''),
  }
}

function eventsOf(text: string): Reply[] {
  return text
    .split('\n\n')
    .flatMap((event) =>
      event.startsWith('data: {') ? [JSON.parse(event.slice('data: '.length)) as Reply] : [],
    )
}

const whole = (value: object) => ({
  contentType: 'application/json',
  pieces: [Buffer.from(JSON.stringify(value))],
})

interface Recording {
  readonly name: string
  readonly values: readonly Reply[]
  readonly isWhole: boolean
}

function recordingsOf(host: string): Recording[] {
  const folder = join(FIXTURES, host)
  if (!existsSync(folder)) return []
  return readdirSync(folder).flatMap((file) => {
    const isWhole = file.endsWith('.json')
    const text = readFileSync(join(folder, file), 'utf8')
    const values = (isWhole ? [text] : text.split('\n').filter(Boolean)).map(
      (json) => JSON.parse(json) as Reply,
    )
    const isChat = values.every(({ choices }) => Array.isArray(choices)) && values.length > 0
    return isChat ? [{ name: `${host}/${file}`, values, isWhole }] : []
  })
}
