import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { loadConfig } from '../src/config/load.ts'
import type { Gateway } from '../src/gateway.ts'
import { createLog } from '../src/telemetry/log.ts'
import { type ScriptedUpstream, startScriptedUpstream } from './scripted-upstream.ts'
import { startGateway } from './start-gateway.ts'

const folder = mkdtempSync(join(tmpdir(), 'meritorder-bytes-'))
let upstream: ScriptedUpstream
let gateway: Gateway
before(async () => {
  upstream = await startScriptedUpstream()
  const path = join(folder, 'meritorder.yaml')
  writeFileSync(path, configuration(upstream.url))
  const environment = { MERITORDER_HOME: join(folder, 'data') }
  const { config } = loadConfig({ path, environment, cwd: folder, overrides: { port: 0 } })
  gateway = await startGateway({ config, environment, log: createLog('silent') })
})
after(async () => {
  await gateway.close()
  upstream.close()
  rmSync(folder, { recursive: true, force: true })
})

const configuration = (url: string) => `
local_servers: { discover: false }
providers:
  acme:
    base_url: ${url}/v1
    key: sk-upstream
    models: [{ id: big-1, model: acme/large, price: { prompt: 1, completion: 2 } }]
  claude-host:
    family: anthropic
    base_url: ${url}/anthropic/v1
    key: sk-upstream
    models: [{ id: claude-1, model: acme/claude, price: { prompt: 1, completion: 2 } }]
  responses-host:
    family: openai-responses
    base_url: ${url}/openai/v1
    key: sk-upstream
    models: [{ id: gpt-1, model: acme/gpt, price: { prompt: 1, completion: 2 } }]
`

/** Members that no library would write like this, in an order that none would keep. */
const ours = [
  '"zeta" : {"b":1e3, "a":12345678901234567890,"c":1.0,"d":-0,"e":1E-7}',
  '"messages":[ {"content":"\\u00e9 é \\ud83e\\uddd7 🧗 \\/ \\u0000","role":"user","x":null} ]',
  '"temperature":\t1e0',
  '"logit_bias":{"1":-100,"1":-99}',
  '"user":"first"',
  '"us\\u0065r":"second"',
  '"tools":[]',
  '"":[[[]]]',
].join(' ,\n')
const STEERING = '"provider":{"only":["acme"]},"policy":"cheap","session_id":"s"'

async function send(body: string, path = '/v1/chat/completions'): Promise<Buffer> {
  const reply = await fetch(`${gateway.url}${path}`, { method: 'POST', body })
  assert.equal(reply.status, 200, await reply.clone().text())
  return Buffer.from(await reply.arrayBuffer())
}

/** Names, numbers and spaces of a host of its own kind. */
const WHOLE = `{
  "object":"chat.completion", "choices" : [{"message":{"content":"\\u00e9 \\ud83e\\uddd7 \\/","role":"assistant","odd":12345678901234567890},
  "finish_reason":"stop","index":0}], "usage":{"prompt_tokens":1e1,"completion_tokens":2.0,"total_tokens":12},
  "id":"theirs","created":1e9,"x":{"y":null,"y":1}
}
`
const STREAM = [
  ': theirs\r\n\r\n',
  'data: {"choices":[{"delta":{"role":"assistant","content":""},"index":0}],"id":"theirs","n":1e3}\n\n',
  ': between\n\n',
  'event: odd\r\nid: 7\r\ndata: {"choices":[{"delta":{"content":"\\u00e9 \\ud83e"},"index":0}],\r\ndata: "n":12345678901234567890}\r\n\r\n',
  'data:{"choices" : [{"delta":{"content":"\\uddd7 🧗"},"finish_reason":"stop","index":0}]}\n\n',
]
const USAGE = 'data: {"choices":[],"usage":{"prompt_tokens":10,"completion_tokens":2,"total_tokens":12}}\n\n'
const DONE = 'data: [DONE]\n\n'
const streamed = (...events: string[]) => ({ contentType: 'text/event-stream', pieces: events })

test('case 53: a call leaves as the bytes that came, but for the model’s name and what steers us', async () => {
  upstream.answer({ pieces: [WHOLE] })
  await send(`{ ${ours} ,"model":"acme/large",${STEERING}}`)
  const expected = `{${ours},"model":"big-1"}`
  assert.equal(upstream.last().bytes.toString(), expected)
})

test('a call for a stream asks for the tokens besides', async () => {
  upstream.answer(streamed(...STREAM, USAGE, DONE))
  await send(`{"model":"acme/large",${STEERING},"stream":true,${ours},"stream_options":{"odd":1e3}}`)
  const expected = `{"stream":true,${ours},"model":"big-1","stream_options":{"odd":1000,"include_usage":true}}`
  assert.equal(upstream.last().bytes.toString(), expected)
})

test('case 53: a whole answer comes back as the bytes that came', async () => {
  upstream.answer({ pieces: [WHOLE.slice(0, 50), WHOLE.slice(50)] })
  assert.equal((await send(`{"model":"acme/large",${ours}}`)).toString(), WHOLE)
})

test('case 53: a stream comes back as the bytes that came, without the comments before it and the tokens nobody asked for', async () => {
  upstream.answer(streamed(...STREAM, USAGE, DONE))
  const plain = await send(`{"model":"acme/large","stream":true,${ours}}`)
  assert.equal(plain.toString(), [...STREAM.slice(1), DONE].join(''))
  const asked = await send(
    `{"model":"acme/large","stream":true,"stream_options":{"include_usage":true},${ours}}`,
  )
  assert.equal(asked.toString(), [...STREAM.slice(1), USAGE, DONE].join(''))
})

test('who comes as an OpenRouter client is told its names and the cost in place of the host’s; the rest stays', async () => {
  upstream.answer({ pieces: [WHOLE] })
  const text = (await send(`{"model":"acme/large",${ours}}`, '/api/v1/chat/completions')).toString()
  const { id, model, provider, usage } = JSON.parse(text)
  assert.match(id, /^gen-/)
  assert.deepEqual([model, provider], ['acme/large', 'acme'])
  assert.equal(usage.cost, 0.000014)
  assert.ok(text.includes('"created":1e9,"x":{"y":null,"y":1}'))
})

const MESSAGE = `{"content":[ {"text":"\\u00e9","type":"text","odd":1e3}],"id":"theirs","type":"message","role":"assistant",
  "model":"claude-1","stop_reason":"end_turn","usage":{"input_tokens":10,"output_tokens":2.0}}`
const MESSAGE_STREAM = [
  'event: message_start\ndata: {"type":"message_start","message":{"id":"theirs","content":[],"usage":{"input_tokens":10}}}\n\n',
  'event: ping\ndata: {"type": "ping"}\n\n',
  'event: content_block_start\ndata: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}\n\n',
  'event: content_block_delta\ndata: {"delta":{"type":"text_delta","text":"\\u00e9 🧗"},"index":0,"type":"content_block_delta","n":1e3}\n\n',
  'event: message_delta\ndata: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":2}}\n\n',
  'event: message_stop\ndata: {"type":"message_stop"}\n\n',
]
const ownMessages =
  '"messages" : [{"role":"user","content":"\\u00e9 \\ud83e\\uddd7","x":1e3}], "max_tokens":1e2,"odd":{"b":1,"a":12345678901234567890}'

test('a Messages call to Anthropic leaves and returns as the bytes that came, but for the model’s name', async () => {
  upstream.answer({ pieces: [MESSAGE] })
  const answer = await send(`{${ownMessages} ,"model":"acme/claude","policy":"cheap"}`, '/v1/messages')
  assert.equal(answer.toString(), MESSAGE)
  assert.equal(upstream.last().bytes.toString(), `{${ownMessages},"model":"claude-1"}`)
  upstream.answer(streamed(...MESSAGE_STREAM))
  const stream = await send(`{${ownMessages},"stream":true,"model":"acme/claude"}`, '/v1/messages')
  assert.equal(stream.toString(), MESSAGE_STREAM.join(''))
})

const RESPONSE = `{"object":"response","id":"resp_1","status":"completed","odd":1e3,"output":[{"type":"message","role":"assistant","id":"m","content":[{"type":"output_text","text":"\\u00e9","annotations":[]}]}],
  "usage":{"input_tokens":10,"output_tokens":2.0,"total_tokens":12}}`

test('a Responses call to OpenAI leaves as the bytes that came, but for the model’s name and that nothing is stored there', async () => {
  upstream.answer({ pieces: [RESPONSE] })
  const input = '"input" : "\\u00e9 \\ud83e\\uddd7", "odd":{"b":1e3,"a":12345678901234567890}'
  await send(`{${input},"model":"acme/gpt","store":false,"policy":"cheap"}`, '/v1/responses')
  assert.equal(upstream.last().bytes.toString(), `{${input},"model":"gpt-1","store":false}`)
})
