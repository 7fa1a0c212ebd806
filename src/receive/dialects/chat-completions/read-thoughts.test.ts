import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readMessages } from './read-messages.ts'
import { hasUnsignedThoughts } from './read-thoughts.ts'

const read = (reasoning_details: unknown, more: object = {}) =>
  readMessages([{ role: 'assistant', content: 'so', reasoning_details, ...more }])[0]?.content
const so = { type: 'text', text: 'so' }
const claude = { format: 'anthropic-claude-v1', index: 0 }
const gemini = { format: 'google-gemini-v1', index: 0 }
const openai = { format: 'openai-responses-v1', index: 0, id: 'rs_1' }

test('Claude’s thoughts go back with their signature to whoever sells Claude; streamed pieces are put together', () => {
  const signed = { signature: 'sig' }
  assert.deepEqual(
    read([
      { type: 'reasoning.text', text: 'I th', ...claude },
      { type: 'reasoning.text', text: 'ink', ...claude },
      { type: 'reasoning.text', text: '', signature: 'sig', ...claude },
      { type: 'reasoning.text', text: 'more', signature: 'sig2', ...claude, index: 1 },
      { type: 'reasoning.encrypted', data: 'opaque', ...claude, index: 2 },
    ]),
    [
      { type: 'reasoning', text: 'I think', providerOptions: { anthropic: signed, amazonBedrock: signed } },
      {
        type: 'reasoning',
        text: 'more',
        providerOptions: { anthropic: { signature: 'sig2' }, amazonBedrock: { signature: 'sig2' } },
      },
      {
        type: 'reasoning',
        text: '',
        providerOptions: {
          anthropic: { redactedData: 'opaque', redactedContent: 'opaque' },
          amazonBedrock: { redactedData: 'opaque', redactedContent: 'opaque' },
        },
      },
      so,
    ],
  )
})

test('Gemini’s signatures go back to the tool call or the text that they signed', () => {
  const calls = [{ id: 'call_1', type: 'function', function: { name: 'f', arguments: '{}' } }]
  const details = [
    { type: 'reasoning.encrypted', data: 'call-sig', id: 'call_1', ...gemini },
    { type: 'reasoning.encrypted', data: 'text-sig', ...gemini, index: 1 },
  ]
  const content = read(details, { tool_calls: calls }) as { providerOptions: Record<string, unknown> }[]
  assert.deepEqual(content[0]?.providerOptions.google, { thoughtSignature: 'text-sig' })
  assert.deepEqual(content[1]?.providerOptions, {
    google: { thoughtSignature: 'call-sig' },
    googleVertex: { thoughtSignature: 'call-sig' },
    vertex: { thoughtSignature: 'call-sig' },
  })
})

test('OpenAI’s summaries and what is encrypted behind them keep their item', () => {
  assert.deepEqual(
    read([
      { type: 'reasoning.summary', summary: 'I thought', ...openai },
      { type: 'reasoning.encrypted', data: 'secret', ...openai },
    ]),
    [
      { type: 'reasoning', text: 'I thought', providerOptions: { openai: { itemId: 'rs_1' } } },
      {
        type: 'reasoning',
        text: '',
        providerOptions: { openai: { reasoningEncryptedContent: 'secret', itemId: 'rs_1' } },
      },
      so,
    ],
  )
})

test('thoughts of nobody known carry nothing that a vendor could take for its own', () => {
  assert.deepEqual(read([{ type: 'reasoning.text', text: 'hm', signature: 's' }]), [
    { type: 'reasoning', text: 'hm', providerOptions: {} },
    so,
  ])
  const tool = { type: 'reasoning.server_tool_call', tool_name: 'x', arguments: '{}', result: '' }
  assert.deepEqual(read([tool]), [so])
})

test('a plain reasoning text is known to be unsigned, and a wrong detail is named', () => {
  assert.equal(hasUnsignedThoughts({ role: 'assistant', reasoning: 'hm' }), true)
  assert.equal(hasUnsignedThoughts({ role: 'assistant', reasoning: 'hm', reasoning_details: [] }), false)
  assert.throws(() => read([{ type: 'reasoning.magic' }]), /reasoning_details\[0\]\.type must be one of/)
})

test('thoughts in a format that nobody has are nobody’s', () => {
  const details = [{ type: 'reasoning.text', text: 'hm', signature: 's', format: 'constructor' }]
  assert.deepEqual(read(details), [{ type: 'reasoning', text: 'hm', providerOptions: {} }, so])
})
