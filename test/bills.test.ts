import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { request } from 'undici'
import { priceFrom, priceSchema } from '../src/config/price-schema.ts'
import type { Send } from '../src/dispatch/exchange.ts'
import type { Pools } from '../src/dispatch/pools.ts'
import { anthropicMessages } from '../src/dispatch/providers/anthropic-messages.ts'
import { openAiCompatible } from '../src/dispatch/providers/openai-compatible.ts'
import { openAiResponses } from '../src/dispatch/providers/openai-responses.ts'
import type { WireFamily } from '../src/market/families.ts'
import type { Price } from '../src/market/offer.ts'
import { formatUsd } from '../src/money.ts'
import { chatCompletions } from '../src/receive/dialects/chat-completions.ts'
import type { Dialect } from '../src/receive/dialects/dialect.ts'
import { ownMessages } from '../src/receive/dialects/messages/own-messages.ts'
import { messages } from '../src/receive/dialects/messages.ts'
import { responses } from '../src/receive/dialects/responses.ts'
import { isSealed } from '../src/receive/dialects/sealed-metadata.ts'
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

/** Who speaks to the host of each wire; the one that speaks the caller's dialect lets its reply pass through. */
const PASS_THROUGH: Readonly<Record<string, (pools: Pools) => Send>> = {
  'chat-completions': (pools) => openAiCompatible(pools, STEERING_FIELDS),
  responses: (pools) => openAiResponses(pools, STEERING_FIELDS, isSealed),
  messages: (pools) => anthropicMessages(pools, STEERING_FIELDS, ownMessages),
}
const WIRES: Readonly<Record<string, { readonly family: WireFamily; readonly native?: string }>> = {
  openai: { family: 'openai-compatible', native: 'chat-completions' },
  'openai-finish': { family: 'openai-compatible', native: 'chat-completions' },
  groq: { family: 'openai-compatible', native: 'chat-completions' },
  anthropic: { family: 'anthropic', native: 'messages' },
  google: { family: 'google' },
  bedrock: { family: 'amazon-bedrock' },
  cohere: { family: 'cohere' },
  responses: { family: 'openai-responses', native: 'responses' },
}

/** The skins, and where each tells what a call has cost. */
const SKINS: readonly Skin[] = [
  { dialect: chatCompletions, usageIn: ({ usage }) => usage },
  { dialect: responses, usageIn: ({ usage, response }) => usage ?? response?.usage },
  { dialect: messages, usageIn: ({ usage, type }) => (type === 'message_start' ? undefined : usage) },
]
const started = new Map<string, Translation>()

before(async () => {
  for (const { dialect } of SKINS)
    for (const [wire, { family, native }] of Object.entries(WIRES)) {
      const sends = native === dialect.name ? PASS_THROUGH[native] : undefined
      started.set(`${dialect.name} ${wire}`, await startTranslation(family, dialect, sends))
    }
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

for (const { dialect, usageIn } of SKINS)
  for (const [i, one] of cases.entries()) {
    // Groq's older streams, which tell their tokens in `x_groq` alone, are read where they pass through; no package does.
    if (one.wire === 'groq' && dialect !== chatCompletions) continue
    test(`bill ${i + 1}, ${dialect.name}: ${one.host}, ${one.stream ? 'stream' : 'whole'}: ${one.arithmetic}`, async () => {
      const reply = BILL_REPLIES[one.wire]!
      const t = started.get(`${dialect.name} ${one.wire}`)!
      t.endpoint = { price: one.price }
      t.receivedAt = Date.parse(one.at)
      t.openRouterClient = true
      t.answer(one.stream ? reply.stream(one.usage) : reply.whole(one.usage))
      const asked = [{ role: 'user', content: 'hi' }]
      const { body } = await request(t.url, {
        method: 'POST',
        body: JSON.stringify({
          model: 'any',
          stream: one.stream,
          max_tokens: 9,
          ...(dialect === responses ? { input: asked } : { messages: asked }),
        }),
      })
      const told = (one.stream ? eventsIn(await body.text()) : [(await body.json()) as Told])
        .map(usageIn)
        .filter((usage) => usage?.cost !== undefined)
      assert.equal(told.length, 1)
      const { cost, is_byok: isByok, cost_details: details, ...tokens } = told[0]!
      const sealed = await t.sealed()
      assert.equal(formatUsd(sealed.bill!.total), one.usd)
      assert.equal(sealed.usage.estimated, false)
      assert.ok(Math.abs(cost + (isByok ? Number.NaN : 0) - Number(one.usd)) < 1e-9)
      assert.equal(Object.keys(details).length, 3)
      const { promptTokens, completionTokens } = sealed.usage
      assert.equal(tokens.completion_tokens ?? tokens.output_tokens, completionTokens)
      if (dialect !== messages) assert.equal(tokens.prompt_tokens ?? tokens.input_tokens, promptTokens)
    })
  }

interface Skin {
  readonly dialect: Dialect
  readonly usageIn: (told: Told) => ToldUsage | null | undefined
}

interface Told {
  readonly type?: string
  readonly usage?: ToldUsage | null
  readonly response?: { readonly usage?: ToldUsage }
}

interface ToldUsage {
  readonly cost: number
  readonly is_byok: boolean
  readonly cost_details: object
  readonly prompt_tokens?: number
  readonly completion_tokens?: number
  readonly input_tokens?: number
  readonly output_tokens?: number
}

function eventsIn(text: string): Told[] {
  return text
    .split('\n')
    .flatMap((line) => (line.startsWith('data: {') ? [JSON.parse(line.slice(6)) as Told] : []))
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
