import assert from 'node:assert/strict'
import { test } from 'node:test'
import { validToolCalls } from './valid-tool-calls.ts'

const schema = {
  type: 'object',
  properties: { city: { type: 'string' }, unit: { enum: ['C', 'F'] } },
  required: ['city'],
  additionalProperties: false,
}
const OFFERED: Readonly<Record<string, readonly unknown[]>> = {
  'chat completions': [{ type: 'function', function: { name: 'weather', parameters: schema } }],
  Responses: [{ type: 'web_search' }, { type: 'function', name: 'weather', parameters: schema }],
  Messages: [
    { type: 'bash_20250124', name: 'bash' },
    { name: 'weather', input_schema: schema },
  ],
}
const call = (text: string, name = 'weather') => ({ name, arguments: text })

for (const [api, tools] of Object.entries(OFFERED))
  test(`arguments are checked against the schema as ${api} has it`, () => {
    const verdict = (...calls: { name: string; arguments: string }[]) => validToolCalls(tools, calls)
    assert.equal(verdict(call('{"city":"Rome","unit":"C"}')), true)
    assert.equal(verdict(call('{"unit":"C"}')), false)
    assert.equal(verdict(call('{"city":"Rome","unit":"K"}')), false)
    assert.equal(verdict(call('{"city":1}')), false)
    assert.equal(verdict(call('{"city":"Rome","day":1}')), false)
    assert.equal(verdict(call('{"city":"Rome"')), false)
    assert.equal(verdict(call('["Rome"]')), false)
    assert.equal(verdict(call('{"city":"Rome"}'), call('{}')), false)
    assert.equal(verdict(call('{"city":"Rome"}', 'wether')), false)
  })

test('a tool without a schema takes any object, and nothing counts as an empty one', () => {
  const tools = [{ type: 'function', function: { name: 'now' } }]
  assert.equal(validToolCalls(tools, [call('', 'now')]), true)
  assert.equal(validToolCalls(tools, [call('{"zone":1}', 'now')]), true)
  assert.equal(validToolCalls(tools, [call('"now"', 'now')]), false)
})

test('no calls, and more than can be looked at in passing, get no verdict', () => {
  const tools = OFFERED.Messages!
  assert.equal(validToolCalls(tools, []), undefined)
  assert.equal(validToolCalls(tools, [call(JSON.stringify({ city: 'x'.repeat(300_000) }))]), undefined)
  assert.equal(
    validToolCalls(
      tools,
      Array.from({ length: 65 }, () => call('{"city":"x"}')),
    ),
    undefined,
  )
})
