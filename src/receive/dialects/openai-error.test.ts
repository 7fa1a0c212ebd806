import assert from 'node:assert/strict'
import { test } from 'node:test'
import { validatorOf, withoutSpecs } from '../../../test/openapi-schema.ts'
import { ERROR_STATUS, type ErrorCode, MeritorderError } from '../../errors.ts'
import { openAiError } from './openai-error.ts'
import { writeError } from './responses/write-error.ts'

const codeOf = (error: MeritorderError, openRouterClient: boolean) =>
  openAiError(error, { openRouterClient }).error.code

test('OpenAI’s clients get its own word for an error, or null; OpenRouter’s get the status', () => {
  const words: Partial<Record<ErrorCode, string>> = {
    context_length_exceeded: 'context_length_exceeded',
    authentication: 'invalid_api_key',
    payment_required: 'insufficient_quota',
    rate_limit_exceeded: 'rate_limit_exceeded',
  }
  for (const [code, status] of Object.entries(ERROR_STATUS) as [ErrorCode, number][]) {
    const error = new MeritorderError(code, 'no')
    assert.deepEqual([codeOf(error, false), codeOf(error, true)], [words[code] ?? null, status])
  }
})

test('a model that nobody knows is model_not_found, and a word that an error brings along wins', () => {
  const unknown = new MeritorderError('invalid_request', 'no', {
    metadata: { availability: { code: 'model_not_found' } },
  })
  const own = new MeritorderError('invalid_request', 'no', {
    metadata: { code: 'previous_response_not_found' },
  })
  assert.deepEqual(
    [codeOf(unknown, false), codeOf(unknown, true), codeOf(own, false)],
    ['model_not_found', 400, 'previous_response_not_found'],
  )
})

test('every error is as the schema of OpenAI and of OpenRouter has it', { skip: withoutSpecs }, () => {
  for (const code of Object.keys(ERROR_STATUS) as ErrorCode[])
    for (const write of [openAiError, writeError]) {
      const error = new MeritorderError(code, 'no', { limit: 'model' })
      validatorOf('openai', 'ErrorResponse')(write(error, {}))
      validatorOf('openrouter', 'BadRequestResponse')(write(error, { openRouterClient: true }))
    }
})
