import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MeritorderError } from '../../../errors.ts'
import { readMessages } from './read-messages.ts'

const call = (id: string, text = '{"city":"Bern"}') => ({
  id,
  type: 'function',
  function: { name: `tool_${id}`, arguments: text },
})
const asked = { role: 'assistant', content: null, tool_calls: [call('a'), call('b', '')] }

test('system and developer messages are instructions; their parts become one text', () => {
  const content = [
    { type: 'text', text: 'one' },
    { type: 'text', text: 'two' },
  ]
  assert.deepEqual(
    readMessages([
      { role: 'system', content },
      { role: 'developer', content: 'three' },
    ]),
    [
      { role: 'system', content: 'one\ntwo' },
      { role: 'system', content: 'three' },
    ],
  )
})

test('tool calls and their results keep ids, arguments and the tool’s name; parallel results become one message', () => {
  const result = (id: string, content: unknown) => ({ role: 'tool', tool_call_id: id, content })
  const prompt = readMessages([asked, result('a', 'sunny'), result('b', [{ type: 'text', text: 'cold' }])])
  assert.deepEqual(prompt, [
    {
      role: 'assistant',
      content: [
        { type: 'tool-call', toolCallId: 'a', toolName: 'tool_a', input: { city: 'Bern' } },
        { type: 'tool-call', toolCallId: 'b', toolName: 'tool_b', input: {} },
      ],
    },
    {
      role: 'tool',
      content: [
        {
          type: 'tool-result',
          toolCallId: 'a',
          toolName: 'tool_a',
          output: { type: 'text', value: 'sunny' },
        },
        { type: 'tool-result', toolCallId: 'b', toolName: 'tool_b', output: { type: 'text', value: 'cold' } },
      ],
    },
  ])
})

test('images, audio and files come as data; an image may also be an address, which is handed on unfetched', () => {
  const [message] = readMessages([
    {
      role: 'user',
      content: [
        { type: 'text', text: 'look' },
        { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA', detail: 'high' } },
        { type: 'image_url', image_url: { url: 'https://example.com/a.JPG?x=1' } },
        { type: 'image_url', image_url: { url: 'https://example.com/a' } },
        { type: 'input_audio', input_audio: { data: 'BBBB', format: 'mp3' } },
        {
          type: 'file',
          file: { filename: 'a.pdf', file_data: 'data:application/pdf;name=a.pdf;base64,CCCC' },
        },
      ],
    },
  ])
  const data = (text: string) => ({ type: 'data', data: text })
  const address = (text: string) => ({ type: 'url', url: new URL(text) })
  assert.deepEqual(message?.content, [
    { type: 'text', text: 'look' },
    {
      type: 'file',
      data: data('AAAA'),
      mediaType: 'image/png',
      providerOptions: { openai: { imageDetail: 'high' } },
    },
    { type: 'file', data: address('https://example.com/a.JPG?x=1'), mediaType: 'image/jpeg' },
    { type: 'file', data: address('https://example.com/a'), mediaType: 'image/*' },
    { type: 'file', data: data('BBBB'), mediaType: 'audio/mpeg' },
    { type: 'file', data: data('CCCC'), mediaType: 'application/pdf', filename: 'a.pdf' },
  ])
})

test('videos and files may be addresses too, and a tool may answer with an image', () => {
  const content = [
    { type: 'video_url', video_url: { url: 'https://example.com/a.mp4' } },
    { type: 'file', file: { file_data: 'https://example.com/report' } },
  ]
  const shown = [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }]
  const prompt = readMessages([
    { role: 'user', content },
    asked,
    { role: 'tool', tool_call_id: 'a', content: shown },
  ])
  const types = prompt[0]?.content as { mediaType: string }[]
  assert.deepEqual(
    types.map(({ mediaType }) => mediaType),
    ['video/mp4', 'application/pdf'],
  )
  const result = prompt[2]?.content[0] as { output: unknown }
  assert.deepEqual(result.output, {
    type: 'content',
    value: [{ type: 'file', data: { type: 'data', data: 'AAAA' }, mediaType: 'image/png' }],
  })
})

const ephemeral = { cache_control: { type: 'ephemeral', ttl: '1h' } }
const cached = {
  anthropic: { cacheControl: { type: 'ephemeral', ttl: '1h' } },
}

test('what is to be cached is said to the vendors that cache, part by part', () => {
  const parts = [
    { type: 'text', text: 'one' },
    { type: 'text', text: 'two', ...ephemeral },
  ]
  const prompt = readMessages([
    { role: 'system', content: parts },
    { role: 'user', content: [{ type: 'text', text: 'hi', prompt_cache_breakpoint: { mode: 'explicit' } }] },
  ])
  assert.deepEqual(prompt.slice(0, 2), [
    { role: 'system', content: 'one' },
    { role: 'system', content: 'two', providerOptions: cached },
  ])
  const part = prompt[2]?.content[0] as unknown as { providerOptions: { anthropic: unknown } }
  assert.deepEqual(part.providerOptions.anthropic, { cacheControl: { type: 'ephemeral' } })
  assert.throws(
    () =>
      readMessages([
        { role: 'user', content: [{ type: 'text', text: 'x', cache_control: { type: 'eternal' } }] },
      ]),
    /cache_control\.type must be one of ephemeral/,
  )
})

const image = (url: unknown) => ({ role: 'user', content: [{ type: 'image_url', image_url: { url } }] })
for (const [field, messages] of [
  ['messages[0].content', [{ role: 'user', content: 5 }]],
  ['messages[0].content', [{ role: 'system', content: null }]],
  ['messages[1].content[0].type', [asked, { role: 'user', content: [{ type: 'hologram' }] }]],
  ['messages[0].content[0].text', [{ role: 'user', content: [{ type: 'text' }] }]],
  ['messages[0].content[0].image_url.url', [image('http://10.0.0.1/a.png')]],
  ['messages[0].content[0].image_url.url', [image('data:image/png,AAAA')]],
  ['messages[0].content[0].image_url.url', [image('file:///etc/passwd')]],
  ['messages[0].tool_calls[0].function.arguments', [{ role: 'assistant', tool_calls: [call('a', '{"a":')] }]],
  ['messages[0].tool_calls[0].function.arguments', [{ role: 'assistant', tool_calls: [call('a', '[1]')] }]],
  ['messages[0].tool_calls[0].id', [{ role: 'assistant', tool_calls: [{ function: {} }] }]],
  ['messages[1].tool_call_id', [asked, { role: 'tool', tool_call_id: 'z', content: 'x' }]],
] as const)
  test(`${field} is named when it is wrong: ${JSON.stringify(messages.at(-1)).slice(0, 80)}`, () => {
    assert.throws(
      () => readMessages(messages),
      (error) => error instanceof MeritorderError && error.detail.limit === field,
    )
  })

test('a data URL whose head goes on and on is refused', () => {
  const url = `data:image/png${';a'.repeat(8_000_000)};base64,AAAA`
  const content = [{ type: 'image_url', image_url: { url } }]
  assert.throws(() => readMessages([{ role: 'user', content }]), /must be a base64 data URL/)
})

test('an address that ends like a member of every object has no type of its own', () => {
  const content = [
    { type: 'image_url', image_url: { url: 'https://a.example/b.constructor' } },
    { type: 'file', file: { file_data: 'https://a.example/b.__proto__' } },
  ]
  const [message] = readMessages([{ role: 'user', content }])
  const files = message?.role === 'user' ? message.content.filter((part) => part.type === 'file') : []
  assert.deepEqual(
    files.map(({ mediaType }) => mediaType),
    ['image/*', 'application/pdf'],
  )
})
