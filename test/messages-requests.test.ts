import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type Anthropic from '@anthropic-ai/sdk'
import { CLAUDE, GEMINI, type MessagesGateway, OPEN, startMessagesGateway } from './messages-gateway.ts'
import { events, frame, json } from './scripted-upstream.ts'
import { REPLIES } from './translated-replies.ts'

let t: MessagesGateway
before(async () => {
  t = await startMessagesGateway()
  t.upstream.answer(({ path }) => json(replyOf(path)))
})
after(() => t.close())

/** Each path answers in its own family's words. */
function replyOf(path: string): object {
  if (path.startsWith('/anthropic')) return REPLIES.anthropic.whole
  return path.startsWith('/google') ? REPLIES.google.whole : REPLIES['openai-compatible'].whole
}

type Body = Partial<Anthropic.MessageCreateParamsNonStreaming> & {
  /** No longer in Anthropic's newest types, and in everybody's code. */
  readonly temperature?: number
  readonly top_p?: number
  readonly top_k?: number
}

const weather: Anthropic.Tool = {
  name: 'weather',
  description: 'The weather',
  input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
}
const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
const image: Anthropic.ImageBlockParam = {
  type: 'image',
  source: { type: 'base64', media_type: 'image/png', data: PIXEL },
}

/** What the upstream is sent for a call, and what the call lost. */
async function sent(model: string, body: Body) {
  const { data, response } = await t.client.messages
    .create(
      { model, max_tokens: 1000, messages: [{ role: 'user', content: 'hi' }], ...body },
      { headers: { 'x-openrouter-metadata': 'enabled' } },
    )
    .withResponse()
  const { openrouter_metadata: metadata } = data as unknown as {
    openrouter_metadata: { losses?: { field: string }[] }
  }
  return {
    message: data,
    response,
    body: t.upstream.last().body as Sent,
    lost: (metadata.losses ?? []).map(({ field }) => field),
  }
}

// biome-ignore lint/suspicious/noExplicitAny: bodies of three vendors, of which a test looks at a few members
type Sent = Record<string, any>

test('system, sampling and limits reach every vendor under its own names', async () => {
  const asked: Body = {
    system: [
      { type: 'text', text: 'x-anthropic-billing-header: cc_version=2; cch=1f' },
      { type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } },
      { type: 'text', text: 'Be kind.' },
    ],
    temperature: 0.5,
    top_p: 0.9,
    top_k: 7,
    stop_sequences: ['END'],
  }
  const open = await sent(OPEN, asked)
  assert.deepEqual(open.body.messages[0], { role: 'system', content: 'Be brief.\n\nBe kind.' })
  const { temperature, top_p: topP, stop, max_tokens: limit } = open.body
  assert.deepEqual([temperature, topP, stop, limit], [0.5, 0.9, ['END'], 1000])
  assert.deepEqual(open.lost.sort(), ['cache_control', 'topK'])
  const google = await sent(GEMINI, asked)
  assert.deepEqual(google.body.systemInstruction, { parts: [{ text: 'Be brief.\n\nBe kind.' }] })
  const config = { maxOutputTokens: 1000, temperature: 0.5, topK: 7, topP: 0.9, stopSequences: ['END'] }
  assert.deepEqual(google.body.generationConfig, config)
})

test('tools, their choice and one call at a time reach every vendor', async () => {
  const asked: Body = {
    tools: [weather],
    tool_choice: { type: 'any', disable_parallel_tool_use: true },
  }
  const open = await sent(OPEN, asked)
  const { name, description, input_schema: schema } = weather
  assert.equal(open.body.tools[0].function.name, name)
  assert.equal(open.body.tools[0].function.description, description)
  assert.deepEqual(open.body.tools[0].function.parameters, schema)
  assert.deepEqual([open.body.tool_choice, open.body.parallel_tool_calls], ['required', false])
  const google = await sent(GEMINI, { ...asked, tool_choice: { type: 'tool', name: 'weather' } })
  assert.equal(google.body.tools[0].functionDeclarations[0].name, 'weather')
  assert.deepEqual(google.body.toolConfig.functionCallingConfig.allowedFunctionNames, ['weather'])
})

test('results of tools, with images and errors, are told to every vendor as it takes them', async () => {
  const messages: Anthropic.MessageParam[] = [
    { role: 'user', content: 'weather?' },
    {
      role: 'assistant',
      content: [
        { type: 'text', text: 'Let me look.' },
        { type: 'tool_use', id: 't1', name: 'weather', input: { city: 'Oslo' } },
        { type: 'tool_use', id: 't2', name: 'weather', input: { city: 'Rome' } },
      ],
    },
    {
      role: 'user',
      content: [
        {
          type: 'tool_result',
          tool_use_id: 't1',
          content: [{ type: 'text', text: 'a map' }, image],
        },
        { type: 'tool_result', tool_use_id: 't2', content: 'no such city', is_error: true },
        { type: 'text', text: 'and now?' },
      ],
    },
  ]
  const open = await sent(OPEN, { messages, tools: [weather] })
  const [, called, first, second, picture, last] = open.body.messages
  assert.equal(called.content, 'Let me look.')
  assert.deepEqual(
    called.tool_calls.map((call: Sent) => [call.id, call.function.arguments]),
    [
      ['t1', '{"city":"Oslo"}'],
      ['t2', '{"city":"Rome"}'],
    ],
  )
  assert.deepEqual(first, {
    role: 'tool',
    tool_call_id: 't1',
    content: 'a map\n[image/png of weather: see the next message]',
  })
  assert.deepEqual(second, { role: 'tool', tool_call_id: 't2', content: 'no such city' })
  assert.deepEqual(picture.content, [
    { type: 'image_url', image_url: { url: `data:image/png;base64,${PIXEL}` } },
  ])
  assert.equal(last.content, 'and now?')
  const google = await sent(GEMINI, { messages, tools: [weather] })
  const turns = google.body.contents as Sent[]
  const results = JSON.stringify(turns.slice(2))
  assert.ok(results.includes(PIXEL) && results.includes('"error":"no such city"'))
  assert.ok(results.includes('and now?'))
})

test('images, PDFs, texts and search results are told as files and texts; an address is handed on, never fetched', async () => {
  const pdf = 'JVBERi0xLjQK'
  const messages: Anthropic.MessageParam[] = [
    {
      role: 'user',
      content: [
        image,
        { type: 'image', source: { type: 'url', url: 'https://10.0.0.1/cat.jpg' } },
        {
          type: 'document',
          title: 'report.pdf',
          source: { type: 'base64', media_type: 'application/pdf', data: pdf },
        },
        { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'plain' } },
        {
          type: 'document',
          title: 'Cut',
          source: { type: 'content', content: [{ type: 'text', text: 'block' }] },
        },
        {
          type: 'search_result',
          title: 'Found',
          source: 'https://x.example',
          content: [{ type: 'text', text: 'passage' }],
        },
        { type: 'text', text: 'What is it?' },
      ],
    },
  ]
  const open = await sent(OPEN, { messages })
  assert.deepEqual(open.body.messages[0].content, [
    { type: 'image_url', image_url: { url: `data:image/png;base64,${PIXEL}` } },
    { type: 'image_url', image_url: { url: 'https://10.0.0.1/cat.jpg' } },
    {
      type: 'file',
      file: { filename: 'report.pdf', file_data: `data:application/pdf;base64,${pdf}` },
    },
    { type: 'text', text: 'plain' },
    { type: 'text', text: 'Cut' },
    { type: 'text', text: 'block' },
    { type: 'text', text: 'Found\nhttps://x.example\n\npassage' },
    { type: 'text', text: 'What is it?' },
  ])
  const google = await sent(GEMINI, { messages })
  const parts = google.body.contents[0].parts as Sent[]
  assert.deepEqual(parts[1], { fileData: { mimeType: 'image/jpeg', fileUri: 'https://10.0.0.1/cat.jpg' } })
  assert.deepEqual(parts[2], { inlineData: { mimeType: 'application/pdf', data: pdf } })
})

test('structured output is asked of every vendor by its schema', async () => {
  const schema = { type: 'object', properties: { a: { type: 'number' } }, required: ['a'] }
  const asked: Body = { output_config: { format: { type: 'json_schema', schema } } }
  const open = await sent(OPEN, asked)
  assert.equal(open.body.response_format.type, 'json_schema')
  assert.deepEqual(open.body.response_format.json_schema.schema, schema)
  const google = await sent(GEMINI, asked)
  assert.equal(google.body.generationConfig.responseMimeType, 'application/json')
  const beta = await sent(OPEN, { output_format: { type: 'json_schema', schema } } as Body)
  assert.deepEqual(beta.body.response_format, open.body.response_format)
})

test('thinking and effort become the effort of other vendors', async () => {
  const effortFor = async (body: Body) => (await sent(OPEN, body)).body.reasoning_effort
  const budget = (budget_tokens: number): Body => ({ thinking: { type: 'enabled', budget_tokens } })
  assert.deepEqual(
    [
      await effortFor({}),
      await effortFor(budget(150)),
      await effortFor(budget(500)),
      await effortFor(budget(999)),
      await effortFor({ thinking: { type: 'adaptive' } }),
      await effortFor({ thinking: { type: 'adaptive' }, output_config: { effort: 'max' } }),
      await effortFor({ output_config: { effort: 'low' } }),
      await effortFor({ thinking: { type: 'disabled' } }),
    ],
    [undefined, 'minimal', 'medium', 'xhigh', 'medium', 'max', 'low', undefined],
  )
  const google = await sent(GEMINI, budget(500))
  assert.equal(google.body.generationConfig.thinkingConfig.includeThoughts, true)
})

test('members that only Anthropic knows are losses elsewhere, and reach Anthropic', async () => {
  const only = { context_management: { edits: [] }, mcp_servers: [], container: 'c', service_tier: 'auto' }
  const open = await sent(OPEN, only as Body)
  assert.deepEqual(open.lost.sort(), Object.keys(only).sort())
  for (const member of Object.keys(only)) assert.equal(member in open.body, false)
  const claude = await sent(CLAUDE, only as Body)
  assert.deepEqual(claude.lost, [])
  for (const member of Object.keys(only)) assert.ok(member in claude.body)
})

/** One turn of a loop: what a vendor answered, and the results of its two calls. */
function answered(message: Anthropic.Message): Anthropic.MessageParam[] {
  const results = message.content.flatMap((block) =>
    block.type === 'tool_use'
      ? [{ type: 'tool_result' as const, tool_use_id: block.id, content: 'done' }]
      : [],
  )
  return [
    { role: 'user', content: 'hello' },
    { role: 'assistant', content: message.content },
    { role: 'user', content: results },
  ]
}

test('Gemini’s signatures come back to Gemini on the parts they signed, and to nobody else', async () => {
  const parts = [
    { text: 'hm', thought: true, thoughtSignature: 'of-thought' },
    { functionCall: { name: 'weather', args: { city: 'Oslo' } }, thoughtSignature: 'of-call' },
  ]
  t.upstream.answer(({ path }) =>
    json(
      path.startsWith('/google')
        ? {
            candidates: [{ content: { parts }, finishReason: 'STOP' }],
            usageMetadata: { promptTokenCount: 5 },
          }
        : replyOf(path),
    ),
  )
  const { message } = await sent(GEMINI, { tools: [weather], thinking: { type: 'adaptive' } })
  assert.deepEqual(
    message.content.map(({ type }) => type),
    ['thinking', 'redacted_thinking', 'tool_use'],
  )
  const messages = answered(message)
  const google = await sent(GEMINI, { tools: [weather], messages })
  const [thought, call] = google.body.contents[1].parts
  assert.deepEqual([thought.thoughtSignature, call.thoughtSignature], ['of-thought', 'of-call'])
  assert.deepEqual(google.lost, [])
  for (const model of [OPEN, CLAUDE]) {
    await sent(model, { tools: [weather], messages })
    const text = t.upstream.last().bytes.toString()
    for (const trace of ['of-thought', 'of-call', 'meritorder.1', '"hm"'])
      assert.equal(text.includes(trace), false, `${trace} reached ${model}`)
  }
  t.upstream.answer(({ path }) => json(replyOf(path)))
})

test('Claude’s signature comes back to Claude as it was; a thought that nobody signed goes to no other vendor', async () => {
  const { message } = await sent(CLAUDE, { tools: [weather] })
  assert.equal(message.content[0]?.type === 'thinking' && message.content[0].signature, 's')
  const messages = answered(message)
  const claude = await sent(CLAUDE, { tools: [weather], messages })
  assert.deepEqual(claude.body.messages, messages)
  const google = await sent(GEMINI, { tools: [weather], messages })
  assert.deepEqual(google.lost, ['thinking'])
  assert.equal(t.upstream.last().bytes.includes('"hm"'), false)
  const open = await sent(OPEN, { messages: answered((await sent(OPEN, {})).message), tools: [weather] })
  assert.deepEqual(open.lost, ['thinking'])
  assert.equal(JSON.stringify(open.body.messages).includes('hm'), false)
})

test('a call’s id that Anthropic would not take is packed for the client and comes back as it was', async () => {
  const id = 'functions.weather:0'
  const called = { id, type: 'function', function: { name: 'weather', arguments: '{"city":"Oslo"}' } }
  const choices = [{ index: 0, message: { role: 'assistant', tool_calls: [called] }, finish_reason: 'stop' }]
  t.upstream.answer(({ path }) =>
    json(
      path.startsWith('/acme')
        ? { choices, usage: { prompt_tokens: 5, completion_tokens: 1 } }
        : replyOf(path),
    ),
  )
  const { message } = await sent(OPEN, { tools: [weather] })
  assert.equal(message.stop_reason, 'tool_use')
  const [use] = message.content
  assert.ok(use?.type === 'tool_use')
  assert.match(use.id, /^[a-zA-Z0-9_-]+$/)
  const open = await sent(OPEN, { tools: [weather], messages: answered(message) })
  const [, assistant, result] = open.body.messages
  assert.deepEqual([assistant.tool_calls[0].id, result.tool_call_id], [id, id])
  t.upstream.answer(({ path }) => json(replyOf(path)))
})

test('a call as Claude Code makes it reaches a model of another vendor whole, and streams', async () => {
  const control = { cache_control: { type: 'ephemeral' as const } }
  const body = {
    model: OPEN,
    max_tokens: 32_000,
    stream: true,
    system: [
      { type: 'text', text: 'x-anthropic-billing-header: cc_version=2.1; cch=00000' },
      { type: 'text', text: 'You are Claude Code.', ...control },
      { type: 'text', text: 'Long instructions', ...control },
    ],
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: '<system-reminder>today</system-reminder>' },
          { type: 'text', text: 'fix the bug', ...control },
        ],
      },
    ],
    tools: [
      { name: 'Bash', description: 'Runs', input_schema: { $schema: 'x', type: 'object', properties: {} } },
      {
        name: 'Read',
        description: 'Reads',
        input_schema: { type: 'object', properties: {} },
        eager_input_streaming: true,
      },
    ],
    metadata: { user_id: 'user_1_account__session_2' },
    thinking: { type: 'adaptive' },
    output_config: { effort: 'high' },
    context_management: { edits: [{ type: 'clear_thinking_20251015', keep: 'all' }] },
  }
  t.upstream.answer(events(REPLIES['openai-compatible'].events.map(frame)))
  const reply = await fetch(`${t.url}/v1/messages?beta=true`, {
    method: 'POST',
    headers: {
      authorization: 'Bearer none',
      'anthropic-version': '2023-06-01',
      'anthropic-beta': 'claude-code-20250219,interleaved-thinking-2025-05-14',
      'x-openrouter-metadata': 'enabled',
    },
    body: JSON.stringify(body),
  })
  const text = await reply.text()
  const { openrouter_metadata: metadata } = JSON.parse(text.trim().split('data: ').at(-1) ?? '')
  assert.deepEqual(
    metadata.losses.map(({ field }: { field: string }) => field),
    ['context_management', 'cache_control'],
  )
  const { body: asked, headers } = t.upstream.last()
  const { messages, tools, reasoning_effort: effort, ...rest } = asked as Sent
  assert.deepEqual(messages, [
    { role: 'system', content: 'You are Claude Code.\n\nLong instructions' },
    {
      role: 'user',
      content: [
        { type: 'text', text: '<system-reminder>today</system-reminder>' },
        { type: 'text', text: 'fix the bug' },
      ],
    },
  ])
  assert.deepEqual(
    tools.map((tool: Sent) => tool.function.name),
    ['Bash', 'Read'],
  )
  assert.deepEqual([effort, headers['anthropic-beta']], ['high', undefined])
  assert.deepEqual(Object.keys(rest).sort(), ['max_tokens', 'model', 'stream', 'stream_options'])
  const told = await t.story(reply.headers.get('request-id'))
  assert.deepEqual((told.tags as Sent)['metadata.user_id'], 'user_1_account__session_2')
  t.upstream.answer(({ path }) => json(replyOf(path)))
})
