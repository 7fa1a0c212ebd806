import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { createAnthropic } from '@ai-sdk/anthropic'
import { seal } from '../src/receive/dialects/sealed-metadata.ts'
import { CLAUDE, type MessagesGateway, startMessagesGateway } from './messages-gateway.ts'
import { events, frame, json } from './scripted-upstream.ts'
import { REPLIES } from './translated-replies.ts'

const FIXTURES = process.env.MERITORDER_FIXTURES ?? '../shared/fixtures'

let t: MessagesGateway
before(async () => {
  t = await startMessagesGateway()
})
after(() => t.close())

function post(body: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${t.url}/v1/messages`, { method: 'POST', headers, body })
}

test('a call to Anthropic leaves as the bytes that came, but for the model and what steers the gateway', async () => {
  t.upstream.answer(json(REPLIES.anthropic.whole))
  const rest =
    '"max_tokens" : 1e2,"system":[{"type":"text","text":"\\u00fcx","cache_control":{"type":"ephemeral","ttl":"1h"}}],' +
    '"messages":[ {"role":"user","content":[{"type":"text","text":"hi \\/ "}]}],"mcp_servers":[],"context_management":{"edits":[]},' +
    '"tools":[{"type":"web_search_20250305","name":"web_search","max_uses":5}],"metadata":{"user_id":"u"},"from_the_future":1'
  await post(`{"model":"claude-sonnet-4.5","provider":{"max_cost":9},"session_id":"s","user":"u", ${rest}}`)
  const { bytes, path, headers } = t.upstream.last()
  assert.equal(bytes.toString(), `{${rest},"model":"${CLAUDE}"}`)
  assert.equal(path, '/anthropic/v1/messages')
  assert.deepEqual(
    [headers['x-api-key'], headers.authorization, headers['anthropic-version'], headers['anthropic-beta']],
    ['sk-upstream', undefined, '2023-06-01', undefined],
  )
})

test('the caller’s version and betas reach Anthropic, its key does not', async () => {
  t.upstream.answer(json(REPLIES.anthropic.whole))
  const headers = { 'anthropic-version': '2099-01-01', 'anthropic-beta': 'a-1,b-2', 'x-api-key': 'sk-caller' }
  await post(JSON.stringify({ model: CLAUDE, max_tokens: 9, messages: [{ role: 'user', content: 'x' }] }), {
    ...headers,
    authorization: 'Bearer sk-caller',
  })
  const seen = t.upstream.last().headers
  assert.deepEqual([seen['anthropic-version'], seen['anthropic-beta']], ['2099-01-01', 'a-1,b-2'])
  assert.equal(JSON.stringify(seen).includes('sk-caller'), false)
})

test('cache reads and writes are counted as Anthropic reports them, and a cut stream’s prompt is known', async () => {
  const usage = { input_tokens: 3, cache_creation_input_tokens: 40, cache_read_input_tokens: 500 }
  const start = { type: 'message_start', message: { content: [], usage: { ...usage, output_tokens: 1 } } }
  const block = { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }
  const delta = { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'x'.repeat(40) } }
  const end = { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 7 } }
  const stop = [{ type: 'content_block_stop', index: 0 }, end, { type: 'message_stop' }]
  const body = JSON.stringify({
    model: CLAUDE,
    stream: true,
    max_tokens: 9,
    messages: [{ role: 'user', content: 'x' }],
  })
  const counted = async (script: object[], ending?: 'cut') => {
    t.upstream.answer(events(script.map(frame), ending && { ending }))
    const reply = await post(body)
    await reply.text()
    const told = await t.story(reply.headers.get('x-generation-id'))
    return [
      told.native_tokens_prompt,
      told.native_tokens_cached,
      told.native_tokens_completion,
      told.tokens_estimated,
    ]
  }
  assert.deepEqual(await counted([start, block, delta, ...stop]), [543, 500, 7, false])
  assert.deepEqual(await counted([start, block, delta], 'cut'), [543, 500, 10, true])
})

test('a thought of another vendor is taken out on the way to Anthropic; Anthropic’s own stay', async () => {
  t.upstream.answer(json(REPLIES.anthropic.whole))
  const by = { google: { thoughtSignature: 's' } }
  const own = { type: 'thinking', thinking: 'b', signature: 'EqAB' }
  const call = { type: 'tool_use', id: 't1', name: 'now', input: {} }
  const others = [
    { type: 'thinking', thinking: 'a', signature: seal({ by }) },
    { type: 'redacted_thinking', data: seal({ of: 't1', by }) },
  ]
  const user = { role: 'user', content: 'x' }
  const result = { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't1', content: 'noon' }] }
  const messages = [
    user,
    { role: 'assistant', content: [...others, own, call] },
    result,
    { role: 'assistant', content: others },
  ]
  await post(JSON.stringify({ model: CLAUDE, max_tokens: 9, messages }))
  assert.deepEqual(t.upstream.last().body.messages, [
    user,
    { role: 'assistant', content: [own, call] },
    result,
  ])
})

test('an error of Anthropic’s own about the request is passed on word for word, with its status', async () => {
  const refusal = {
    type: 'error',
    error: { type: 'invalid_request_error', message: 'max_tokens: no' },
    request_id: 'r',
  }
  t.upstream.answer(json(refusal, { status: 400 }))
  const reply = await post(
    JSON.stringify({ model: CLAUDE, max_tokens: 9, messages: [{ role: 'user', content: 'x' }] }),
  )
  assert.equal(reply.status, 400)
  assert.equal(await reply.text(), JSON.stringify(refusal))
})

describe('recorded replies of anthropic, through the gateway', () => {
  const folder = join(FIXTURES, 'anthropic')
  const files = namesIn(folder)
  if (files.length === 0) test('recordings', (t) => t.skip(`none in ${folder}: set MERITORDER_FIXTURES`))
  for (const file of files)
    test(`${file} arrives byte for byte, and says the same to Anthropic’s client and the AI SDK`, async (context) => {
      const recorded = readFileSync(join(folder, file), 'utf8')
      if (recorded === '') return context.skip('the recording is empty')
      const isWhole = file.endsWith('.json')
      const bytes = isWhole ? recorded : firstStream(recorded)
      const pieces = cutUp(Buffer.from(bytes))
      t.upstream.answer(isWhole ? { pieces } : events(pieces))
      const ask = { model: CLAUDE, max_tokens: 9, messages: [{ role: 'user' as const, content: 'x' }] }
      const reply = await post(JSON.stringify({ ...ask, stream: !isWhole }))
      assert.equal(await reply.text(), bytes)
      assert.equal((await t.story(reply.headers.get('request-id'))).outcome, 'complete')
      if (file.startsWith('duplicate-message-start'))
        return context.diagnostic('refused by the client itself')
      const heard = isWhole
        ? await t.client.beta.messages.create(ask)
        : await t.client.beta.messages.stream(ask).finalMessage()
      assert.deepEqual(saidBy(heard.content), await heardByAiSdk(isWhole))
    })
})

/** Some recordings hold the streams of several calls, one after the other. */
function firstStream(recorded: string): string {
  const lines = recorded.split('\n').filter(Boolean)
  const end = lines.findIndex((line) => JSON.parse(line).type === 'message_stop')
  return lines
    .slice(0, end < 0 ? undefined : end + 1)
    .map((line) => frame(JSON.parse(line)))
    .join('')
}

interface Said {
  text: string
  reasoning: string
  readonly tools: unknown[]
}

function saidBy(content: readonly { readonly type: string }[]): Said {
  const said: Said = { text: '', reasoning: '', tools: [] }
  for (const block of content as readonly Record<string, unknown>[]) {
    if (block.type === 'text') said.text += block.text
    // The AI SDK gives the summary of a compaction as a text.
    if (block.type === 'compaction') said.text += block.content
    if (block.type === 'thinking') said.reasoning += block.thinking
    if (block.type === 'tool_use') said.tools.push([block.name, block.input])
  }
  return said
}

/** The same bytes, read by somebody else's code. */
async function heardByAiSdk(isWhole: boolean): Promise<Said> {
  const model = createAnthropic({ baseURL: `${t.url}/v1`, apiKey: 'none' })(CLAUDE)
  const call = { prompt: [{ role: 'user' as const, content: [{ type: 'text' as const, text: 'x' }] }] }
  const said: Said = { text: '', reasoning: '', tools: [] }
  if (isWhole)
    for (const part of (await model.doGenerate(call)).content) {
      if (part.type === 'text') said.text += part.text
      if (part.type === 'reasoning') said.reasoning += part.text
      if (part.type === 'tool-call' && part.providerExecuted !== true)
        said.tools.push([part.toolName, JSON.parse(part.input)])
    }
  else
    for await (const part of (await model.doStream(call)).stream) {
      if (part.type === 'text-delta') said.text += part.delta
      if (part.type === 'reasoning-delta') said.reasoning += part.delta
      if (part.type === 'tool-call' && part.providerExecuted !== true)
        said.tools.push([part.toolName, JSON.parse(part.input)])
    }
  return said
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.json') || name.endsWith('.chunks.txt'))
  } catch {
    return []
  }
}

/** Pieces of 1 to 600 bytes, the same ones every time. */
function cutUp(bytes: Buffer): Buffer[] {
  const pieces: Buffer[] = []
  for (let at = 0, size = 1; at < bytes.length; at += size, size = (size * 31 + 17) % 600 || 1)
    pieces.push(bytes.subarray(at, at + size))
  return pieces
}
