import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LanguageModelV4Prompt } from '@ai-sdk/provider'
import { NOTHING_BACK, withoutOthersFacts } from './others-facts.ts'

const ofGoogle = { google: { thoughtSignature: 'g' } }
const marked = { anthropic: { cacheControl: { type: 'ephemeral' } } }
const prompt: LanguageModelV4Prompt = [
  { role: 'user', content: [{ type: 'text', text: 'x', providerOptions: marked }] },
  {
    role: 'assistant',
    content: [
      { type: 'reasoning', text: 'signed', providerOptions: ofGoogle },
      { type: 'reasoning', text: 'unsigned' },
      { type: 'tool-call', toolCallId: 't', toolName: 'f', input: {}, providerOptions: ofGoogle },
    ],
  },
  { role: 'assistant', content: [{ type: 'reasoning', text: 'alone', providerOptions: ofGoogle }] },
]
const told = (taken: Parameters<typeof withoutOthersFacts>[1]) => {
  const { options, losses } = withoutOthersFacts({ options: { prompt }, losses: [] }, taken, 'host')
  return { prompt: options.prompt, lost: losses.map(({ field }) => field) }
}

test('who signed gets everything back', () => {
  const { prompt: own, lost } = told({ names: ['google'], thoughts: true })
  assert.deepEqual(own.slice(1), prompt.slice(1))
  assert.deepEqual(lost, ['cache_control'])
})

test('another vendor gets the calls without their signatures, and of the thoughts those that nobody signed', () => {
  const { prompt: others, lost } = told({ names: ['anthropic'], thoughts: true, caches: true })
  assert.deepEqual(others.slice(1), [
    {
      role: 'assistant',
      content: [
        { type: 'reasoning', text: 'unsigned' },
        { type: 'tool-call', toolCallId: 't', toolName: 'f', input: {} },
      ],
    },
  ])
  assert.deepEqual(lost, ['thinking'])
})

test('who takes nothing back gets what was said', () => {
  const { prompt: plain, lost } = told(NOTHING_BACK)
  assert.deepEqual(plain[1]?.content, [{ type: 'tool-call', toolCallId: 't', toolName: 'f', input: {} }])
  assert.equal(plain.length, 2)
  assert.deepEqual(lost, ['thinking', 'cache_control'])
})
