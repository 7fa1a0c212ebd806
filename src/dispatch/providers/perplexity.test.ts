import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { LanguageModelV4Content, LanguageModelV4StreamPart } from '@ai-sdk/provider'
import { callFacts } from '../../../test/call-facts.ts'
import {
  candidateAt,
  framed,
  jsonOf,
  startTranslation,
  streamOf,
  type Translation,
} from '../../../test/translated-provider.ts'
import { chatCompletions } from '../../receive/dialects/chat-completions.ts'
import type { Dialect } from '../../receive/dialects/dialect.ts'
import { readCall } from '../../receive/read-call.ts'
import { createPools } from '../pools.ts'
import { perplexity } from './perplexity.ts'

let t: Translation
before(async () => {
  t = await startTranslation('perplexity')
})
after(() => t.close())

const results = [
  { title: 'One', url: 'https://one.example/', date: null },
  { title: null, url: 'https://two.example/' },
]
const sources = [
  {
    type: 'source',
    sourceType: 'url',
    id: 'https://one.example/',
    url: 'https://one.example/',
    title: 'One',
  },
  { type: 'source', sourceType: 'url', id: 'https://two.example/', url: 'https://two.example/' },
]
const choice = (rest: object) => [{ index: 0, finish_reason: null, ...rest }]

test('what Perplexity read becomes sources of a whole answer', async () => {
  const message = { role: 'assistant', content: 'hi' }
  t.answer(jsonOf({ choices: choice({ message, finish_reason: 'stop' }), search_results: results }))
  assert.deepEqual((await partsOf(false)).filter(isSource), sources)
})

test('its older form names addresses alone', async () => {
  const message = { role: 'assistant', content: 'hi' }
  const citations = ['https://one.example/', 'https://two.example/']
  t.answer(jsonOf({ choices: choice({ message, finish_reason: 'stop' }), citations }))
  const found = (await partsOf(false)).filter(isSource)
  assert.deepEqual(
    found.map((part) => part.url),
    citations,
  )
})

test('a stream repeats its sources with every chunk, and each is told once', async () => {
  const chunk = (content: string, found: object[], finish_reason: string | null = null) => ({
    choices: choice({ delta: { content }, finish_reason }),
    search_results: found,
  })
  const events = [chunk('a', results.slice(0, 1)), chunk('b', results), chunk('c', results, 'stop')]
  t.answer(streamOf([framed(events)]))
  assert.deepEqual((await partsOf(true)).filter(isSource), sources)
})

type AnyPart = LanguageModelV4Content | LanguageModelV4StreamPart
const isSource = (part: AnyPart) => part.type === 'source' && part.sourceType === 'url'

/** What a dialect is given to write. */
async function partsOf(stream: boolean): Promise<Extract<AnyPart, { sourceType: 'url' }>[]> {
  const parts: AnyPart[] = []
  const dialect: Dialect = {
    ...chatCompletions,
    writeAnswer: ({ content }) => parts.push(...content),
    async *writeStream(written) {
      for await (const part of written) parts.push(part)
      yield ''
    },
  }
  const body = { model: 'any', stream, messages: [{ role: 'user', content: 'hello' }] }
  const call = readCall(Buffer.from(JSON.stringify(body)), {}, callFacts(dialect))
  const pools = createPools({ connectTimeoutMs: 1000, mayBePrivate: () => true })
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const sink = { head: () => {}, data: () => undefined, usage: () => {}, end: resolve, fail: reject }
  perplexity(pools)({ call, candidate: candidateAt('perplexity', t.providerUrl), apiKey: 'k' }, sink)
  await promise
  await pools.close()
  return parts as Extract<AnyPart, { sourceType: 'url' }>[]
}
