import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { createOpenAI } from '@ai-sdk/openai'
import { request } from 'undici'
import { priceFrom, priceSchema } from '../src/config/price-schema.ts'
import type { Pools } from '../src/dispatch/pools.ts'
import { openAiCompatible } from '../src/dispatch/providers/openai-compatible.ts'
import { translated } from '../src/dispatch/translated.ts'
import type { Price } from '../src/market/offer.ts'
import { formatUsd } from '../src/money.ts'
import { chatCompletions } from '../src/receive/dialects/chat-completions.ts'
import { STEERING_FIELDS } from '../src/receive/wishes.ts'
import { BILL_REPLIES } from './bill-replies.ts'
import { startTranslation, type Translation } from './translated-provider.ts'

interface BillCase {
  readonly host: string
  readonly wire: string
  readonly price: Price
  readonly stream: boolean
  readonly usage: Record<string, unknown>
  readonly usd: string
  readonly arithmetic: string
  readonly at: string
}

const cases = readCases(readFileSync(new URL('bills.txt', import.meta.url), 'utf8'))

/** One provider per wire; those that speak chat completions are passed through. */
const NATIVE = (pools: Pools) => openAiCompatible(pools, STEERING_FIELDS)
const WIRES: Readonly<Record<string, () => Promise<Translation>>> = {
  openai: () => startTranslation('openai-compatible', chatCompletions, NATIVE),
  'openai-finish': () => startTranslation('openai-compatible', chatCompletions, NATIVE),
  groq: () => startTranslation('openai-compatible', chatCompletions, NATIVE),
  anthropic: () => startTranslation('anthropic'),
  google: () => startTranslation('google'),
  bedrock: () => startTranslation('amazon-bedrock'),
  cohere: () => startTranslation('cohere'),
  responses: () =>
    startTranslation('openai-compatible', chatCompletions, (pools) =>
      translated({ defaultBaseUrl: '', model: (access, id) => createOpenAI(access).responses(id) }, pools),
    ),
}
const started = new Map<string, Translation>()

before(async () => {
  for (const [wire, start] of Object.entries(WIRES)) started.set(wire, await start())
})
after(() => Promise.all([...started.values()].map((t) => t.close())))

test('there are 120 bills or more, of every family, streamed and whole, with caches and without', () => {
  assert.ok(cases.length >= 120)
  assert.ok(new Set(cases.map(({ host }) => host)).size >= 20)
  for (const wire of Object.keys(BILL_REPLIES))
    for (const stream of [false, true])
      for (const cached of [false, true])
        assert.ok(
          cases.some((one) => one.wire === wire && one.stream === stream && readsCache(one) === cached),
          `${wire}, ${stream ? 'stream' : 'whole'}, ${cached ? 'cached' : 'not cached'}`,
        )
})

for (const [i, one] of cases.entries())
  test(`bill ${i + 1}: ${one.host}, ${one.stream ? 'stream' : 'whole'}: ${one.arithmetic}`, async () => {
    const reply = BILL_REPLIES[one.wire]!
    const t = started.get(one.wire)!
    t.endpoint = { price: one.price }
    t.receivedAt = Date.parse(one.at)
    t.openRouterClient = true
    t.answer(one.stream ? reply.stream(one.usage) : reply.whole(one.usage))
    const { body } = await request(t.url, {
      method: 'POST',
      body: JSON.stringify({ model: 'any', stream: one.stream, messages: [{ role: 'user', content: 'hi' }] }),
    })
    const { usage } = one.stream ? reported(await body.text()) : ((await body.json()) as Told)
    const sealed = await t.sealed()
    assert.equal(formatUsd(sealed.bill!.total), one.usd)
    assert.equal(sealed.usage.estimated, false)
    assert.ok(Math.abs(usage.cost + (usage.is_byok ? Number.NaN : 0) - Number(one.usd)) < 1e-9)
    assert.equal(usage.prompt_tokens, sealed.usage.promptTokens)
    assert.equal(usage.completion_tokens, sealed.usage.completionTokens)
  })

interface Told {
  readonly usage: {
    readonly cost: number
    readonly is_byok: boolean
    readonly prompt_tokens: number
    readonly completion_tokens: number
  }
}

/** The one chunk of a stream that has the usage. */
function reported(text: string): Told {
  const events = text
    .split('\n\n')
    .flatMap((event) => (event.startsWith('data: {') ? [JSON.parse(event.slice(6)) as Told] : []))
  const told = events.filter(({ usage }) => usage)
  assert.equal(told.length, 1)
  return told[0]!
}

/** True where the host says that it read from a cache. */
function readsCache({ usage }: BillCase): boolean {
  return /"\w*(cached_?(tokens|content\w*)|cache_read\w*|cacheRead\w*|hit_tokens)":[1-9]/i.test(
    JSON.stringify(usage),
  )
}

function readCases(text: string): BillCase[] {
  const lines = text.split('\n').map((line) => line.split(' | '))
  const of = (kind: string) =>
    lines
      .filter(([name]) => name?.startsWith(`${kind} `))
      .map(([name, ...rest]) => [name!.slice(kind.length + 1), ...rest])
  const prices = new Map(
    of('price').map(([name, json]) => [name, priceFrom(priceSchema.parse(JSON.parse(json!)))]),
  )
  return of('bill').map(([host, wire, price, form, usage, usd, arithmetic, at]) => ({
    host: host!,
    wire: wire!,
    price: prices.get(price!)!,
    stream: form === 'stream',
    usage: JSON.parse(usage!),
    usd: usd!,
    arithmetic: arithmetic!,
    at: at ?? '2026-11-26T12:00:00Z',
  }))
}
