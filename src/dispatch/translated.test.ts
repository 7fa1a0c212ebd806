import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, before, beforeEach, describe, test } from 'node:test'
import { request } from 'undici'
import { callFacts } from '../../test/call-facts.ts'
import { validatorOf } from '../../test/openapi-schema.ts'
import {
  candidateAt,
  jsonOf,
  startTranslation,
  streamed,
  streamOf,
  TRANSLATED,
  type Translation,
} from '../../test/translated-provider.ts'
import { REPLIES, TEXT } from '../../test/translated-replies.ts'
import { FAMILIES, type WireFamily } from '../market/families.ts'
import { chatCompletions } from '../receive/dialects/chat-completions.ts'
import { readCall } from '../receive/read-call.ts'
import type { ReplySink } from './exchange.ts'
import { createPools } from './pools.ts'

const messages = [{ role: 'user' as const, content: 'hello' }]
for (const family of FAMILIES)
  describe(family, () => {
    let t: Translation
    before(async () => {
      t = await startTranslation(family)
    })
    beforeEach(() => {
      t.endpoint = {}
      t.health.length = 0
      t.seen.length = 0
    })
    after(() => t.close())
    const { events, whole, native, untilText, key, credentials } = REPLIES[family]
    const send = (body: object = {}) =>
      request(t.url, { method: 'POST', body: JSON.stringify({ model: 'any', messages, ...body }) })
    const tools = [
      { index: 0, id: 't1', type: 'function', function: { name: 'now', arguments: '{}' } },
      { index: 1, id: 't2', type: 'function', function: { name: 'add', arguments: '{"a":1}' } },
    ]

    test('a whole reply becomes a chat.completion with reasoning, text, tool calls, usage and the provider’s own reason', async () => {
      t.answer(jsonOf(whole))
      const { object, model, provider, created, choices, usage } = await json(await send())
      assert.deepEqual([object, model, provider], ['chat.completion', t.model, family])
      assert.equal(created, 1_700_000_000)
      assert.deepEqual(choices, [
        {
          index: 0,
          message: {
            role: 'assistant',
            content: TEXT,
            refusal: null,
            reasoning: 'hm',
            reasoning_details: [{ index: 0, ...THOUGHT_OF[family] }],
            tool_calls: tools.map(({ index, ...call }) => call),
          },
          logprobs: null,
          finish_reason: 'tool_calls',
          native_finish_reason: native,
        },
      ])
      assert.deepEqual([usage.prompt_tokens, usage.completion_tokens, usage.total_tokens], [5, 9, 14])
      const { usage: recorded, finishReason, outcome } = await t.sealed()
      assert.deepEqual([outcome, finishReason], ['complete', 'tool_calls'])
      assert.deepEqual([recorded.promptTokens, recorded.completionTokens, recorded.estimated], [5, 9, false])
      assert.deepEqual(t.health, [`+${t.model}`])
    })

    test('a stream is the same to OpenAI’s client, and ends with usage only for who asked', async () => {
      t.answer(streamOf([streamed(family, events)], family))
      const stream = t.openai.chat.completions.stream({ model: 'any', messages })
      const reasons: (string | null)[] = []
      for await (const { choices } of stream) reasons.push(...choices.map((choice) => choice.finish_reason))
      const { choices, usage } = await stream.finalChatCompletion()
      assert.equal(choices[0]?.message.content, TEXT)
      assert.deepEqual(
        choices[0]?.message.tool_calls?.map(
          (call) => call.type === 'function' && [call.id, call.function.name, call.function.arguments],
        ),
        [
          ['t1', 'now', '{}'],
          ['t2', 'add', '{"a":1}'],
        ],
      )
      assert.deepEqual(
        reasons.filter((reason) => reason !== null),
        ['tool_calls'],
      )
      assert.equal(usage, undefined)
      assert.equal((await t.sealed()).usage.completionTokens, 9)
    })

    test('a stream survives being cut at any byte', async () => {
      const bytes = streamed(family, events)
      for (let at = 1; at < bytes.length; at += 9) {
        t.answer(streamOf([bytes.subarray(0, at), bytes.subarray(at)], family))
        const text = await (await send({ stream: true })).body.text()
        assert.ok(text.endsWith('data: [DONE]\n\n'), `cut at ${at}`)
        assert.ok(text.includes(JSON.stringify(TEXT).slice(1, -1)), `cut at ${at}`)
      }
    })

    test('the key goes out in the provider’s own header, the caller’s does not go out at all', async () => {
      t.answer(jsonOf(whole))
      await json(await send())
      const { headers } = t.seen[0]!
      for (const name of ['authorization', 'x-api-key', 'x-goog-api-key', 'api-key'])
        assert.equal(headers[name], key[name])
    })

    // Google's own credentials are looked for where none are configured: that is what none means there.
    if (family !== 'vertex')
      test('where no key is configured none is taken from the environment', async () => {
        const before = { ...process.env }
        for (const name of ENVIRONMENT) process.env[name] = 'of-the-environment'
        t.key = undefined
        try {
          t.answer(jsonOf(whole))
          await json(await send())
          assert.equal(JSON.stringify(t.seen[0]?.headers).includes('of-the-environment'), false)
        } finally {
          t.key = credentials ?? 'sk-upstream'
          for (const name of ENVIRONMENT)
            if (before[name] === undefined) delete process.env[name]
            else process.env[name] = before[name]
        }
      })

    const begun = streamed(family, events.slice(0, untilText))

    for (const stream of [false, true])
      test(`a caller that leaves takes the upstream down at once (${stream ? 'stream' : 'whole'})`, async () => {
        t.answer(
          stream
            ? { ...streamOf([begun], family), ending: 'hang' }
            : { ...jsonOf(''), pieces: [], ending: 'hang' },
        )
        const body = JSON.stringify({ model: 'any', stream, messages })
        const socket = connect(Number(new URL(t.url).port), '127.0.0.1')
        socket.write(`POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: ${body.length}\r\n\r\n${body}`)
        const seen = await t.nextSeen()
        if (stream) await new Promise((resolve) => socket.once('data', resolve))
        const left = performance.now()
        socket.destroy()
        await seen.closed
        assert.ok(performance.now() - left < 100, `closed after ${performance.now() - left} ms`)
        assert.equal((await t.sealed()).outcome, 'client_closed')
      })

    test('while the caller is slow nothing more is handed on, and the provider has to wait', async () => {
      const text = JSON.stringify(events[untilText - 1]).replace(TEXT, 'x'.repeat(10_000))
      const long = streamed(family, [JSON.parse(text)])
      const flood = Buffer.concat(Array(2000).fill(long))
      t.answer(
        streamOf(
          [streamed(family, events.slice(0, untilText)), flood, streamed(family, events.slice(untilText))],
          family,
        ),
      )
      const held = Promise.withResolvers<void>()
      const ended = Promise.withResolvers<void>()
      let calls = 0
      const sink: ReplySink = {
        head: () => {},
        usage: () => {},
        data: () => (++calls === 3 ? held.promise : undefined),
        end: ended.resolve,
        fail: ended.reject,
      }
      const body = { model: 'any', stream: true, messages }
      const call = readCall(Buffer.from(JSON.stringify(body)), {}, callFacts(chatCompletions))
      const pools = createPools({ connectTimeoutMs: 1000, mayBePrivate: () => true })
      const candidate = candidateAt(family, `${t.providerUrl}/v1`)
      TRANSLATED[family](pools)({ call, candidate, apiKey: credentials ?? 'sk-upstream' }, sink)
      while (calls < 3) await nextTurn()
      for (let turn = 0; turn < 2000; turn++) await nextTurn()
      assert.equal(calls, 3)
      assert.equal(t.seen[0]?.sent(), false)
      held.resolve()
      await ended.promise
      assert.ok(calls > 2000)
      await pools.close()
    })

    test('what cannot be said to this provider is a 400 that names the field, and nothing is sent', async () => {
      const audio = { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } }
      const refused: [object, RegExp][] = [
        [{ n: 2 }, /^n must be 1/],
        [{ tools: [{ type: 'custom' }] }, /^tools\[0\]\.type must be/],
        ...(family === 'anthropic' || family === 'mistral'
          ? [
              [
                { messages: [{ role: 'user', content: [audio] }] },
                /cannot do what was asked for: .*(audio|Only images)/,
              ] as [object, RegExp],
            ]
          : []),
      ]
      for (const [body, message] of refused) {
        const reply = await send(body)
        const { error } = await json(reply)
        assert.equal(reply.statusCode, 400)
        assert.match(error.message, message)
      }
      assert.equal(t.seen.length, 0)
      assert.deepEqual(t.health, [])
    })

    test('what a model does not support is left out', async () => {
      const asked = { temperature: 0.5, reasoning_effort: 'high' }
      t.answer(jsonOf(whole))
      await json(await send(asked))
      t.endpoint = { supports: { tools: true, structuredOutput: true, reasoning: false, temperature: false } }
      t.answer(jsonOf(whole))
      await json(await send(asked))
      const [with_, without] = t.seen.map(({ body }) => JSON.stringify(body))
      assert.match(with_ ?? '', /thinking|reasoning_effort|"effort"/)
      assert.doesNotMatch(without ?? '', /thinking|reasoning_effort|"effort"|temperature/)
    })

    test('a conversation with instructions in its middle and parallel tool results reaches the provider in its own form', async () => {
      t.answer(jsonOf(whole))
      const call = (id: string) => ({ id, type: 'function', function: { name: 'add', arguments: '{"a":1}' } })
      await json(
        await send({
          messages: [
            { role: 'system', content: 'one' },
            { role: 'user', content: [{ type: 'text', text: 'look' }, image] },
            { role: 'assistant', content: null, tool_calls: [call('x'), call('y')] },
            { role: 'tool', tool_call_id: 'x', content: '2' },
            { role: 'tool', tool_call_id: 'y', content: '3' },
            { role: 'developer', content: 'two' },
            { role: 'user', content: 'go on' },
          ],
          tools: [
            { type: 'function', function: { name: 'add', parameters: { type: 'object', properties: {} } } },
          ],
          tool_choice: 'required',
          max_tokens: 77,
          parallel_tool_calls: false,
        }),
      )
      check[family](t.seen[0]!.body)
      if (family === 'openai-compatible' || family === 'azure') validRequest(t.seen[0]!.body)
    })
  })

const HM = { type: 'reasoning.text', text: 'hm', format: 'unknown' }
const CLAUDES = { ...HM, format: 'anthropic-claude-v1', signature: 's' }
const GEMINIS = { ...HM, format: 'google-gemini-v1' }

/** The thought, whose it is, and what its maker must get back with it. */
const THOUGHT_OF: Record<WireFamily, object> = {
  'openai-compatible': HM,
  'openai-responses': {
    type: 'reasoning.summary',
    summary: 'hm',
    id: 'rs_1',
    format: 'openai-responses-v1',
  },
  anthropic: CLAUDES,
  google: GEMINIS,
  'amazon-bedrock': CLAUDES,
  azure: HM,
  cohere: HM,
  mistral: HM,
  perplexity: HM,
  vertex: GEMINIS,
}

const validRequest = validatorOf('openai', 'CreateChatCompletionRequest')
/** Where the packages look for keys. */
const ENVIRONMENT = [
  ...['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN', 'COHERE_API_KEY', 'MISTRAL_API_KEY', 'OPENAI_API_KEY'],
  ...['GOOGLE_GENERATIVE_AI_API_KEY', 'GEMINI_API_KEY', 'PERPLEXITY_API_KEY', 'AZURE_API_KEY'],
  ...['AWS_BEARER_TOKEN_BEDROCK', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_REGION'],
]

const nextTurn = () => new Promise((resolve) => setImmediate(resolve))

const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } }

/** What each provider must have been sent, by its own documentation. */
const check: Record<WireFamily, (body: Record<string, unknown>) => void> = {
  'openai-compatible': (body) => checkOpenAi(body, 'max_tokens'),
  perplexity: (body) => checkOpenAi(body, 'max_tokens'),
  'openai-responses'({ input, max_output_tokens, tool_choice, parallel_tool_calls, store }) {
    const use = (call_id: string) => ({ type: 'function_call', call_id, name: 'add', arguments: '{"a":1}' })
    const result = (call_id: string, output: string) => ({ type: 'function_call_output', call_id, output })
    assert.deepEqual(
      [max_output_tokens, tool_choice, parallel_tool_calls, store],
      [77, 'required', false, false],
    )
    assert.deepEqual(input, [
      { role: 'developer', content: 'one' },
      { role: 'developer', content: 'two' },
      {
        role: 'user',
        content: [
          { type: 'input_text', text: 'look' },
          { type: 'input_image', image_url: image.image_url.url },
        ],
      },
      use('x'),
      use('y'),
      result('x', '2'),
      result('y', '3'),
      { role: 'user', content: [{ type: 'input_text', text: 'go on' }] },
    ])
  },
  azure: (body) => checkOpenAi(body, 'max_completion_tokens'),
  vertex: (body) => check.google(body),
  anthropic({ system, max_tokens, tool_choice, messages }) {
    const results = (id: string, content: string) => ({ type: 'tool_result', tool_use_id: id, content })
    const use = (id: string) => ({ type: 'tool_use', id, name: 'add', input: { a: 1 } })
    const source = { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' }
    assert.deepEqual(system, [
      { type: 'text', text: 'one' },
      { type: 'text', text: 'two' },
    ])
    assert.equal(max_tokens, 77)
    assert.deepEqual(tool_choice, { type: 'any', disable_parallel_tool_use: true })
    assert.deepEqual(messages, [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'look' },
          { type: 'image', source },
        ],
      },
      { role: 'assistant', content: [use('x'), use('y')] },
      { role: 'user', content: [results('x', '2'), results('y', '3'), { type: 'text', text: 'go on' }] },
    ])
  },
  google({ systemInstruction, generationConfig, toolConfig, contents }) {
    const use = (id: string) => ({ functionCall: { id, name: 'add', args: { a: 1 } } })
    const result = (id: string, content: string) => ({
      functionResponse: { id, name: 'add', response: { name: 'add', content } },
    })
    const inlineData = { mimeType: 'image/png', data: 'iVBORw0KGgo=' }
    assert.deepEqual(systemInstruction, { parts: [{ text: 'one' }, { text: 'two' }] })
    assert.deepEqual(generationConfig, { maxOutputTokens: 77 })
    assert.deepEqual(toolConfig, { functionCallingConfig: { mode: 'ANY' } })
    assert.deepEqual(contents, [
      { role: 'user', parts: [{ text: 'look' }, { inlineData }] },
      { role: 'model', parts: [use('x'), use('y')] },
      { role: 'user', parts: [result('x', '2'), result('y', '3')] },
      { role: 'user', parts: [{ text: 'go on' }] },
    ])
  },
  'amazon-bedrock'({ system, inferenceConfig, additionalModelRequestFields, messages }) {
    const use = (id: string) => ({ toolUse: { toolUseId: id, name: 'add', input: { a: 1 } } })
    const result = (id: string, text: string) => ({ toolResult: { toolUseId: id, content: [{ text }] } })
    assert.deepEqual(system, [{ text: 'one' }, { text: 'two' }])
    assert.deepEqual(inferenceConfig, { maxTokens: 77 })
    // Converse itself has no word for one call at a time; Claude's own does.
    assert.deepEqual(additionalModelRequestFields, {
      tool_choice: { type: 'any', disable_parallel_tool_use: true },
    })
    assert.deepEqual(messages, [
      {
        role: 'user',
        content: [{ text: 'look' }, { image: { format: 'png', source: { bytes: 'iVBORw0KGgo=' } } }],
      },
      { role: 'assistant', content: [use('x'), use('y')] },
      { role: 'user', content: [result('x', '2'), result('y', '3'), { text: 'go on' }] },
    ])
  },
  cohere({ messages, max_tokens, tool_choice }) {
    assert.deepEqual([max_tokens, tool_choice], [77, 'REQUIRED'])
    assert.deepEqual(messages, [
      { role: 'system', content: 'one' },
      { role: 'system', content: 'two' },
      { role: 'user', content: [{ type: 'text', text: 'look' }, image] },
      { role: 'assistant', tool_calls: [used('x'), used('y')] },
      { role: 'tool', tool_call_id: 'x', content: '2' },
      { role: 'tool', tool_call_id: 'y', content: '3' },
      { role: 'user', content: 'go on' },
    ])
  },
  mistral({ messages, max_tokens, tool_choice, parallel_tool_calls }) {
    const [x, y] = ['2d711642b', 'a1fce4363'] as const
    assert.deepEqual([max_tokens, tool_choice, parallel_tool_calls], [77, 'any', false])
    assert.deepEqual(messages, [
      { role: 'system', content: 'one' },
      { role: 'system', content: 'two' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'look' },
          { ...image, image_url: image.image_url.url },
        ],
      },
      { role: 'assistant', content: '', tool_calls: [used(x), used(y)] },
      { role: 'tool', name: 'add', tool_call_id: x, content: '2' },
      { role: 'tool', name: 'add', tool_call_id: y, content: '3' },
      { role: 'user', content: [{ type: 'text', text: 'go on' }] },
    ])
  },
}

const used = (id: string) => ({ id, type: 'function', function: { name: 'add', arguments: '{"a":1}' } })

function checkOpenAi(body: Record<string, unknown>, limit: string): void {
  assert.deepEqual([body[limit], body.tool_choice], [77, 'required'])
  assert.deepEqual(body.messages, [
    { role: 'system', content: 'one' },
    { role: 'system', content: 'two' },
    { role: 'user', content: [{ type: 'text', text: 'look' }, image] },
    { role: 'assistant', content: null, tool_calls: [used('x'), used('y')] },
    { role: 'tool', tool_call_id: 'x', content: '2' },
    { role: 'tool', tool_call_id: 'y', content: '3' },
    { role: 'user', content: 'go on' },
  ])
}

/** Our reply, as far as the tests read it. */
interface Reply {
  readonly object: string
  readonly model: string
  readonly provider: string
  readonly created: number
  readonly choices: object[]
  readonly usage: {
    readonly prompt_tokens: number
    readonly completion_tokens: number
    readonly total_tokens: number
  }
  readonly error: {
    readonly message: string
    readonly code: number
    readonly metadata: { readonly error_type: string; readonly provider_name: string }
  }
}

async function json(reply: { body: { json(): Promise<unknown> } }): Promise<Reply> {
  return (await reply.body.json()) as Reply
}
