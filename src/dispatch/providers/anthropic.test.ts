import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { jsonOf, startTranslation, type Translation } from '../../../test/translated-provider.ts'

const messages = [{ role: 'user' as const, content: 'hello' }]
const answer = {
  type: 'message',
  id: 'm',
  model: 'c',
  content: [{ type: 'text', text: 'hi' }],
  stop_reason: 'end_turn',
  usage: { input_tokens: 1, cache_read_input_tokens: 20, cache_creation_input_tokens: 300, output_tokens: 4 },
}

let t: Translation
before(async () => {
  t = await startTranslation('anthropic')
})
beforeEach(() => {
  t.endpoint = {}
  t.key = 'sk-upstream'
  t.seen.length = 0
  t.answer(jsonOf(answer))
})
after(() => t.close())

const send = (body: object = {}) => t.openai.chat.completions.create({ model: 'any', messages, ...body })

test('tokens read from and written to the cache are part of the prompt, and told apart', async () => {
  const { usage } = await send()
  assert.equal(usage?.prompt_tokens, 321)
  assert.deepEqual(usage?.prompt_tokens_details, { cached_tokens: 20, cache_write_tokens: 300 })
  const recorded = (await t.sealed()).usage
  assert.deepEqual([recorded.cacheReadTokens, recorded.cacheWriteTokens], [20, 300])
})

test('a model that the package does not know may write as much as the catalog says, unless the caller says less', async () => {
  t.endpoint = { upstreamModel: 'claude-of-tomorrow', maxCompletionTokens: 99_000 }
  await send()
  await send({ max_tokens: 5 })
  assert.deepEqual(
    t.seen.map(({ body }) => body.max_tokens),
    [99_000, 5],
  )
})

test('neither a key nor an address is taken from the environment', async () => {
  const { ANTHROPIC_API_KEY, ANTHROPIC_BASE_URL } = process.env
  Object.assign(process.env, {
    ANTHROPIC_API_KEY: 'sk-environment',
    ANTHROPIC_BASE_URL: 'http://127.0.0.1:1',
  })
  try {
    t.key = undefined
    await send()
    assert.equal(t.seen[0]?.headers['x-api-key'], '')
    assert.equal(JSON.stringify(t.seen[0]?.headers).includes('sk-environment'), false)
  } finally {
    restore({ ANTHROPIC_API_KEY, ANTHROPIC_BASE_URL })
  }
})

function restore(values: Record<string, string | undefined>): void {
  for (const [name, value] of Object.entries(values))
    if (value === undefined) delete process.env[name]
    else process.env[name] = value
}
