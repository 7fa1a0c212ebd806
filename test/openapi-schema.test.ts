import assert from 'node:assert/strict'
import { test } from 'node:test'
import { validatorOf, withoutSpecs } from './openapi-schema.ts'

test('a value is checked against a schema of a vendor’s specification', { skip: withoutSpecs }, () => {
  const validate = validatorOf('openai', 'ErrorResponse')
  validate({ error: { type: 'a', message: 'b', param: null, code: null } })
  assert.throws(() => validate({ error: { type: 'a', message: 'b', param: null } }), /\/error .*code/)
})

test('in a union, the form that is meant says what is wrong', { skip: withoutSpecs }, () => {
  const validate = validatorOf('openai', 'ResponseStreamEvent')
  const event = { type: 'response.output_text.delta', item_id: 'm', output_index: 0, content_index: 0 }
  validate({ ...event, delta: 'x', sequence_number: 1, logprobs: [] })
  assert.throws(
    () => validate({ ...event, delta: 1, sequence_number: 1, logprobs: [] }),
    (error: Error) => {
      assert.match(error.message, /\/delta must be string/)
      return error.message.split('\n').filter((line) => line.startsWith('  ')).length === 1
    },
  )
  assert.throws(() => validate({ ...event, type: 'response.unheard.of' }), /allowed values/)
})

test('null is allowed where OpenAPI says so in either of its ways', { skip: withoutSpecs }, () => {
  validatorOf('openai', 'ResponseError')(null)
  validatorOf('openai', 'ServiceTier')(null)
})

test('members that are undefined are not sent, so they are not judged', { skip: withoutSpecs }, () => {
  validatorOf(
    'openai',
    'ErrorResponse',
  )({
    error: { type: 'a', message: 'b', param: null, code: null },
    more: undefined,
  })
})

test('schemas that refer to many others can be compiled', { skip: withoutSpecs }, () => {
  for (const name of ['CreateChatCompletionRequest', 'CreateResponse', 'Response'])
    validatorOf('openai', name)
  for (const name of ['ChatResult', 'ModelsListResponse']) validatorOf('openrouter', name)
})
