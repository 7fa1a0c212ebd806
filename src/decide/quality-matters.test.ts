import assert from 'node:assert/strict'
import { test } from 'node:test'
import { POLICIES } from './policies.ts'
import type { PolicyRequest } from './policy.ts'
import { qualityMatters } from './quality-matters.ts'

const named: PolicyRequest = {
  requested: 'acme/large',
  selector: { kind: 'models', models: ['acme/large'] },
  policy: 'balanced',
  limits: {},
  allowFallbacks: true,
}
const { balanced } = POLICIES

test('quality matters to every automatic choice, and to named models only under a limit on it', () => {
  const matters = (changed: Partial<PolicyRequest>, policies = POLICIES) =>
    qualityMatters({ ...named, ...changed }, policies)
  assert.equal(matters({}), false)
  assert.equal(matters({ policy: 'nobody knows it' }), false)
  assert.equal(matters({ selector: { kind: 'auto' } }), true)
  assert.equal(matters({ limits: { minQuality: 0.5 } }), true)
  assert.equal(matters({ policy: { ...balanced, limits: { minQuality: 0.5 } } }), true)
  assert.equal(matters({ policy: { ...balanced, atLeast: { model: 'acme/small', probability: 0.8 } } }), true)
})
