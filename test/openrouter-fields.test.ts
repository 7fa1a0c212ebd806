import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parse } from 'yaml'
import { MeritorderError } from '../src/errors.ts'
import { chatCompletions } from '../src/receive/dialects/chat-completions.ts'
import { readCall } from '../src/receive/read-call.ts'
import { STEERING_FIELDS } from '../src/receive/wishes.ts'
import { withoutSpecs } from './openapi-schema.ts'

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>
  readonly enum?: readonly unknown[]
}

/** What OpenRouter's own description lists; read once, because it takes seconds. */
const schemas: Readonly<Record<string, Schema>> =
  withoutSpecs === false
    ? parse(
        readFileSync(`${process.env.MERITORDER_SPECS ?? '../shared/specs'}/openrouter-openapi.yaml`, 'utf8'),
      ).components.schemas
    : {}

/** The rows of the first table of docs/openrouter.md: field and kind. */
const documented = new Map(
  [
    ...readFileSync(new URL('../docs/openrouter.md', import.meta.url), 'utf8')
      .split('\n## `provider`')[0]!
      .matchAll(/^\| `(\w+)` \| ([\w ]+) \|/gm),
  ].map(([, field = '', kind = '']) => [field, kind]),
)

const messages = [{ role: 'user', content: 'hi' }]
const tools = [{ type: 'function', function: { name: 'f' } }]

/** A value of each field that asks for something; numbers and texts will do for the rest. */
const SAMPLES: Readonly<Record<string, unknown>> = {
  cache_control: { type: 'ephemeral' },
  debug: { echo_upstream_body: true },
  image_config: { aspect_ratio: '1:1' },
  logit_bias: { 50256: -100 },
  logprobs: true,
  messages,
  metadata: { a: 'b' },
  modalities: ['text'],
  model: 'a/b',
  models: ['a/b'],
  parallel_tool_calls: false,
  plugins: [{ id: 'context-compression' }],
  prediction: { type: 'content', content: 'x' },
  prompt_cache_key: 'k',
  prompt_cache_options: { mode: 'explicit' },
  provider: { only: ['openai'] },
  reasoning: { effort: 'low' },
  reasoning_effort: 'low',
  response_format: { type: 'json_object' },
  route: 'fallback',
  service_tier: 'auto',
  session_id: 's',
  stop: ['x'],
  stop_server_tools_when: [],
  stream: false,
  stream_options: {},
  tool_choice: 'auto',
  tools,
  trace: { trace_id: 't' },
  user: 'u',
}

const read = (body: object) =>
  readCall(
    Buffer.from(JSON.stringify({ messages, ...body })),
    {},
    {
      dialect: chatCompletions,
      caller: { name: 'test' },
      openRouterClient: true,
      maxDepth: 99,
      defaultPolicy: 'balanced',
      storage: 'full' as const,
      receivedAt: 0,
      startedAt: 0,
    },
  )

/** What the code does with a field. */
function kindOf(field: string): string {
  const { body } = read({ [field]: SAMPLES[field] ?? 1 })
  if (STEERING_FIELDS.has(field)) return 'steers'
  const loss = chatCompletions.readCall(body).losses.find((lost) => lost.field === field)
  if (loss === undefined) return 'sent on'
  return (loss.takenBy ?? []).length > 0 ? 'sent on to some' : 'sent on as it is'
}

test('every field of OpenRouter’s chat request is in docs/openrouter.md, and what that says of it is true', {
  skip: withoutSpecs,
}, () => {
  const fields = Object.keys(schemas.ChatRequest?.properties ?? {})
  assert.ok(fields.length > 40)
  assert.deepEqual([...documented.keys()].sort(), fields.sort())
  for (const field of fields) assert.equal(documented.get(field), kindOf(field), field)
})

test('every member of OpenRouter’s provider object is understood', { skip: withoutSpecs }, () => {
  const samples: Readonly<Record<string, unknown>> = {
    data_collection: 'deny',
    max_price: { prompt: '1', completion: '1', request: '1', image: '1', audio: '1' },
    preferred_max_latency: { p50: 1, p75: 1, p90: 1, p99: 1 },
    preferred_min_throughput: 50,
    quantizations: schemas.Quantization?.enum,
    sort: { by: 'exacto', partition: 'none' },
  }
  const members = Object.keys(schemas.ProviderPreferences?.properties ?? {})
  assert.ok(members.length > 12)
  for (const member of members) {
    const lists = ['order', 'only', 'ignore'].includes(member)
    const value = samples[member] ?? (lists ? ['openai'] : true)
    const { wishes } = read({ temperature: 1, provider: { [member]: value } })
    const plain = read({ temperature: 1 }).wishes
    if (member !== 'allow_fallbacks') assert.notDeepEqual(wishes, plain, member)
  }
  const { wishes } = read({ provider: { allow_fallbacks: false } })
  assert.equal(wishes.allowFallbacks, false)
})

test('every plugin of OpenRouter’s has an effect or is refused by name, and has a row in docs/openrouter.md', {
  skip: withoutSpecs,
}, () => {
  const docs = readFileSync(new URL('../docs/openrouter.md', import.meta.url), 'utf8')
  const names = Object.keys(schemas).filter((name) => name.endsWith('Plugin'))
  assert.ok(names.length >= 10)
  for (const name of names) {
    const id = String(schemas[name]?.properties?.id?.enum?.[0])
    assert.ok(docs.includes(`\`${id}\``), id)
    try {
      read({ plugins: [{ id }] })
    } catch (error) {
      assert.ok(error instanceof MeritorderError, id)
      assert.match(error.message, new RegExp(`the plugin "${id}" is not supported: `))
    }
  }
})
