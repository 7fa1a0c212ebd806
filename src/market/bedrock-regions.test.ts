import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isCallableFrom } from './bedrock-regions.ts'

const at = (region: string) => `https://bedrock-runtime.${region}.amazonaws.com`

test('a geographic profile is called from its own part of the world, a global one and a plain model from anywhere', () => {
  const cases: [string, string, boolean][] = [
    ['us-east-1', 'us.anthropic.claude-sonnet-5', true],
    ['eu-west-1', 'us.anthropic.claude-sonnet-5', false],
    ['eu-central-1', 'eu.anthropic.claude-sonnet-5', true],
    ['us-gov-west-1', 'us.anthropic.claude-sonnet-5', false],
    ['ap-southeast-2', 'au.anthropic.claude-sonnet-5', true],
    ['ap-northeast-1', 'au.anthropic.claude-sonnet-5', false],
    ['ap-northeast-1', 'jp.anthropic.claude-sonnet-5', true],
    ['sa-east-1', 'global.anthropic.claude-sonnet-5', true],
    ['sa-east-1', 'amazon.nova-pro-v1:0', true],
    ['eu-west-1', 'openai.gpt-oss-120b-1:0', true],
    ['eu-west-1', 'deepseek.v3.2', true],
  ]
  for (const [region, model, expected] of cases)
    assert.equal(isCallableFrom(at(region), model), expected, `${model} from ${region}`)
})

test('behind another address nobody knows the region, so everything may be called', () => {
  assert.equal(isCallableFrom('https://proxy.example?region=eu-west-1', 'us.anthropic.claude-sonnet-5'), true)
})
