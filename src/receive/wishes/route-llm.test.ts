import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Policy } from '../../decide/policy.ts'
import { readRouteLlm } from './route-llm.ts'

const policyOf = (model: string) => readRouteLlm(model)?.policy as Policy

test('a threshold is a point between the best and the cheapest', () => {
  assert.equal(policyOf('router-mf-0').qualityBand, 0.005)
  assert.equal(policyOf('router-bert-1').qualityBand, 0.3)
  assert.ok(policyOf('router-mf-0.11593').qualityBand < policyOf('router-causal_llm-0.5').qualityBand)
  assert.equal(policyOf('router-sw_ranking-0.2').name, 'router-sw_ranking-0.2')
})

test('names of models are left alone', () => {
  for (const model of ['openai/gpt-4o', 'router', 'router/x', 'my-router-mf-0.5'])
    assert.equal(readRouteLlm(model), undefined)
})

test('unknown routers and thresholds out of range are refused with what is known', () => {
  for (const model of ['router-random-0.5', 'router-mf-1.5', 'router-mf', 'router-mf--1', 'router-mf-x'])
    assert.throws(
      () => policyOf(model),
      /model must be router-<name>-<threshold> with a name of mf, sw_ranking/,
      model,
    )
})
