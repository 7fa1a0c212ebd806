import assert from 'node:assert/strict'
import { test } from 'node:test'
import { candidateAt } from '../../test/translated-provider.ts'
import type { Candidate, Decision } from '../decide/decision.ts'
import type { Call } from '../receive/call.ts'
import { createTurns } from './turns.ts'

const at = (id: string, contextTokens?: number): Candidate => {
  const [model = ''] = id.split('@')
  const endpoint = { id, model, ...(contextTokens !== undefined && { contextTokens }) }
  return candidateAt('openai-compatible', 'http://127.0.0.1:1/v1', endpoint)
}
const turnsOf = (ranked: readonly Candidate[], strategy: Decision['strategy'], allowFallbacks = true) =>
  createTurns({ wishes: { allowFallbacks } } as Call, { ranked, strategy } as Decision, 6)
const taken = (ranked: readonly Candidate[], strategy: Decision['strategy'], allowFallbacks = true) => {
  const turns = turnsOf(ranked, strategy, allowFallbacks)
  return ranked.filter((candidate) => turns.take(candidate)).map(({ endpoint }) => endpoint.id)
}
const hosts = (model: string, count: number) => Array.from({ length: count }, (_, i) => at(`${model}@${i}`))

test('six endpoints are tried at most, and the models that a caller listed keep a turn each', () => {
  assert.equal(taken(hosts('a', 9), 'direct').length, 6)
  assert.deepEqual(taken([...hosts('a', 9), ...hosts('b', 2), ...hosts('c', 2)], 'fallback'), [
    'a@0',
    'a@1',
    'a@2',
    'a@3',
    'b@0',
    'c@0',
  ])
})

test('without fallbacks every listed model has one host, and an automatic choice one in all', () => {
  const ranked = [...hosts('a', 2), ...hosts('b', 2)]
  assert.deepEqual(taken(ranked, 'fallback', false), ['a@0', 'b@0'])
  assert.deepEqual(taken(ranked, 'auto', false), ['a@0'])
})

test('a prompt that was too long goes to larger windows only', () => {
  const ranked = [at('a@0', 8000), at('a@1', 8000), at('a@2'), at('b@0', 16_000)]
  const turns = turnsOf(ranked, 'auto')
  assert.ok(turns.take(ranked[0]!))
  turns.refused(ranked[0]!, 'larger-window')
  assert.deepEqual(
    ranked.slice(1).map((candidate) => turns.take(candidate)),
    [false, false, true],
  )
})

test('what is against a host’s policy goes to the caller’s other models, and to nobody else’s', () => {
  const ranked = [at('a@0'), at('a@1'), at('b@0')]
  for (const [strategy, last] of [
    ['fallback', true],
    ['auto', false],
  ] as const) {
    const turns = turnsOf(ranked, strategy)
    assert.ok(turns.take(ranked[0]!))
    turns.refused(ranked[0]!, 'other-model')
    assert.deepEqual(
      ranked.slice(1).map((candidate) => turns.take(candidate)),
      [false, last],
    )
  }
})
