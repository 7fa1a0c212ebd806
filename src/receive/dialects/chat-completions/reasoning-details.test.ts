import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LanguageModelV4Content, LanguageModelV4StreamPart } from '@ai-sdk/provider'
import { createReasoningDetails } from './reasoning-details.ts'

const gathered = (model: string, parts: readonly (LanguageModelV4Content | LanguageModelV4StreamPart)[]) => {
  const details = createReasoningDetails(model)
  return parts.flatMap((part) => details.of(part))
}

test('Anthropic’s thoughts stream as text, then with their signature; a hidden thought is encrypted data', () => {
  const format = 'anthropic-claude-v1'
  assert.deepEqual(
    gathered('anthropic/claude-sonnet-4.5', [
      { type: 'reasoning-start', id: '0' },
      { type: 'reasoning-delta', id: '0', delta: 'hm' },
      { type: 'reasoning-delta', id: '0', delta: '', providerMetadata: { anthropic: { signature: 'S' } } },
      { type: 'reasoning-end', id: '0' },
      { type: 'reasoning-start', id: '1', providerMetadata: { anthropic: { redactedData: 'R' } } },
      { type: 'reasoning-end', id: '1' },
    ]),
    [
      { type: 'reasoning.text', text: 'hm', format, index: 0 },
      { type: 'reasoning.text', text: '', signature: 'S', format, index: 0 },
      { type: 'reasoning.encrypted', data: 'R', format, index: 1 },
    ],
  )
})

test('OpenAI’s summaries have the id of their thought, and what is encrypted comes once, when it is complete', () => {
  const openai = (encrypted: string | null) => ({
    providerMetadata: { openai: { itemId: 'rs_1', reasoningEncryptedContent: encrypted } },
  })
  const common = { id: 'rs_1', format: 'openai-responses-v1' }
  assert.deepEqual(
    gathered('openai/gpt-5', [
      { type: 'reasoning-start', id: 'rs_1:0', ...openai('half') },
      {
        type: 'reasoning-delta',
        id: 'rs_1:0',
        delta: 'one',
        providerMetadata: { openai: { itemId: 'rs_1' } },
      },
      { type: 'reasoning-start', id: 'rs_1:1', ...openai('half') },
      {
        type: 'reasoning-delta',
        id: 'rs_1:1',
        delta: 'two',
        providerMetadata: { openai: { itemId: 'rs_1' } },
      },
      { type: 'reasoning-end', id: 'rs_1:0', ...openai('whole') },
      { type: 'reasoning-end', id: 'rs_1:1', ...openai('whole') },
    ]),
    [
      { type: 'reasoning.summary', summary: 'one', ...common, index: 0 },
      { type: 'reasoning.summary', summary: 'two', ...common, index: 1 },
      { type: 'reasoning.encrypted', data: 'whole', ...common, index: 0 },
    ],
  )
})

test('Gemini’s signatures stand with the tool call they belong to, or with the text', () => {
  const google = (thoughtSignature: string) => ({ providerMetadata: { google: { thoughtSignature } } })
  const format = 'google-gemini-v1'
  assert.deepEqual(
    gathered('google/gemini-3-pro', [
      { type: 'reasoning', text: 'hm' },
      { type: 'tool-call', toolCallId: 'c1', toolName: 'add', input: '{}', ...google('A') },
      { type: 'tool-call', toolCallId: 'c2', toolName: 'add', input: '{}' },
      { type: 'text', text: 'so', ...google('B') },
    ]),
    [
      { type: 'reasoning.text', text: 'hm', format, index: 0 },
      { type: 'reasoning.encrypted', data: 'A', id: 'c1', format, index: 1 },
      { type: 'reasoning.encrypted', data: 'B', format, index: 2 },
    ],
  )
})

test('a whole answer tells what its stream tells', () => {
  assert.deepEqual(
    gathered('anthropic/claude', [
      { type: 'reasoning', text: 'hm', providerMetadata: { amazonBedrock: { signature: 'S' } } },
      {
        type: 'reasoning',
        text: '',
        providerMetadata: { openai: { itemId: 'rs', reasoningEncryptedContent: 'E' } },
      },
    ]),
    [
      { type: 'reasoning.text', text: 'hm', signature: 'S', format: 'anthropic-claude-v1', index: 0 },
      { type: 'reasoning.encrypted', data: 'E', id: 'rs', format: 'openai-responses-v1', index: 1 },
    ],
  )
})

test('thoughts that nobody signed are text of an unknown format', () => {
  const said = [{ type: 'reasoning-delta', id: '0', delta: 'hm' }] as const
  assert.deepEqual(gathered('deepseek/deepseek-r1', said), [
    { type: 'reasoning.text', text: 'hm', format: 'unknown', index: 0 },
  ])
})
