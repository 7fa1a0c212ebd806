import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { createOpenAI } from '@ai-sdk/openai'
import { request } from 'undici'
import { priceFrom, priceSchema } from '../src/config/price-schema.ts'
import type { Answer } from '../src/dispatch/answer.ts'
import { dispatch } from '../src/dispatch/dispatch.ts'
import type { Send } from '../src/dispatch/exchange.ts'
import { createPools, type Pools } from '../src/dispatch/pools.ts'
import { openAiCompatible } from '../src/dispatch/providers/openai-compatible.ts'
import { translated } from '../src/dispatch/translated.ts'
import type { Price } from '../src/market/offer.ts'
import { formatUsd } from '../src/money.ts'
import { chatCompletions } from '../src/receive/dialects/chat-completions.ts'
import { readCall } from '../src/receive/read-call.ts'
import { STEERING_FIELDS } from '../src/receive/wishes.ts'
import { BILL_REPLIES } from './bill-replies.ts'
import { oneKey } from './one-key.ts'
import { candidateAt, decisionFor, type Script, TRANSLATED } from './translated-provider.ts'

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

let script: Script
const provider = createServer(async (_request, reply) => {
  reply.writeHead(200, { 'content-type': script.contentType })
  for (const piece of script.pieces) reply.write(piece)
  reply.end()
})
let current: BillCase
let sealed: Answer
let pools: Pools
let senders: Readonly<Record<string, Send>>
let providerUrl: string
const front = createServer((incoming, reply) => void serve(incoming, reply))
let url: string

before(async () => {
  pools = createPools({ connectTimeoutMs: 1000 })
  providerUrl = await listen(provider)
  url = await listen(front)
  const native = openAiCompatible(pools, STEERING_FIELDS)
  senders = {
    openai: native,
    'openai-finish': native,
    groq: native,
    anthropic: TRANSLATED.anthropic(pools),
    google: TRANSLATED.google(pools),
    bedrock: TRANSLATED['amazon-bedrock'](pools),
    cohere: TRANSLATED.cohere(pools),
    responses: translated(
      { defaultBaseUrl: '', model: (access, id) => createOpenAI(access).responses(id) },
      pools,
    ),
  }
})
after(async () => {
  for (const server of [front, provider]) server.close()
  await pools.close()
})

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
    current = one
    const reply = BILL_REPLIES[one.wire]!
    script = one.stream ? reply.stream(one.usage) : reply.whole(one.usage)
    const { body } = await request(url, {
      method: 'POST',
      body: JSON.stringify({ model: 'any', stream: one.stream, messages: [{ role: 'user', content: 'hi' }] }),
    })
    const { usage } = one.stream ? reported(await body.text()) : ((await body.json()) as Told)
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

async function serve(incoming: AsyncIterable<Buffer>, reply: ServerResponse): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk)
  const call = readCall(
    Buffer.concat(chunks),
    {},
    {
      dialect: chatCompletions,
      caller: { name: 'test' },
      openRouterClient: true,
      maxDepth: 99,
      defaultPolicy: 'balanced',
      receivedAt: Date.parse(current.at),
      startedAt: performance.now(),
    },
  )
  await dispatch(
    call,
    decisionFor(candidateAt('openai-compatible', `${providerUrl}/v1`, { price: current.price })),
    {
      reply,
      keys: oneKey('sk-upstream'),
      promptTokens: 7,
      headers: () => ({}),
      seal: async (answer) => {
        sealed = answer
      },
    },
    {
      senders: { 'openai-compatible': senders[current.wire]! },
      timeouts: { firstByteMs: 5000, idleMs: 5000 },
      keepAliveMs: 60_000,
      health: { succeeded: () => {}, failed: () => {} },
    },
  )
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

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
