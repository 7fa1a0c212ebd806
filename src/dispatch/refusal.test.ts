import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readRefusal } from './refusal.ts'

const refusal = (status: number, message: string) =>
  readRefusal(
    { status, contentType: 'application/json' },
    Buffer.from(JSON.stringify({ error: { message } })),
    'acme',
    undefined,
  )

test('a prompt that was too long is known by the words of every vendor', () => {
  for (const said of [
    "This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens.",
    'prompt is too long: 210000 tokens > 200000 maximum',
    'The input token count (1100000) exceeds the maximum number of tokens allowed (1048576).',
    'Prompt contains 40000 tokens, too large for model with 32768 maximum context length',
    'Please reduce the length of the messages or completion.',
  ]) {
    const { elsewhere, error, failover, verbatim } = refusal(400, said)
    assert.equal(elsewhere, 'larger-window', said)
    assert.equal(error.code, 'context_length_exceeded')
    assert.equal(failover, false)
    assert.ok(verbatim)
  }
})

test('content that a host does not want may be wanted elsewhere; any other fault of the request is no one’s to mend', () => {
  const unwanted =
    "The response was filtered due to the prompt triggering Azure OpenAI's content management policy."
  assert.equal(refusal(400, unwanted).elsewhere, 'other-model')
  assert.equal(refusal(400, "Unknown parameter: 'foo'.").elsewhere, undefined)
  assert.equal(refusal(503, unwanted).elsewhere, undefined)
})
