import assert from 'node:assert/strict'
import test from 'node:test'
import { regionsOfAddress } from './regions.ts'

const bedrock = (region: string) => `https://bedrock-runtime.${region}.amazonaws.com`
const vertex = (location: string, host = `${location}-aiplatform`) =>
  `https://${host}.googleapis.com/v1/projects/acme/locations/${location}`

test('the address of a cloud says where it computes', () => {
  for (const [address, places] of [
    [bedrock('eu-central-1'), ['DE']],
    [bedrock('us-west-2'), ['US']],
    [vertex('europe-west4'), ['NL']],
    [vertex('eu', 'aiplatform.eu.rep'), ['EU']],
    ['https://eu.api.openai.com/v1', ['EEA', 'CH']],
    ['https://us.api.x.ai/v1', ['US']],
  ] as const)
    assert.deepEqual(regionsOfAddress(address, 'some-model'), places, address)
})

test('where it does not say, nothing is known', () => {
  for (const address of [
    vertex('global', 'aiplatform'),
    // A regional host with another location in its path promises nothing.
    vertex('global', 'europe-west4-aiplatform'),
    bedrock('xx-new-1'),
    'https://acme.openai.azure.com/openai/v1',
    'https://api.openai.com/v1',
    `https://bedrock-runtime.\${AWS_REGION}.amazonaws.com`,
    'no address',
    '',
  ])
    assert.equal(regionsOfAddress(address, 'some-model'), undefined, address)
})

test("Bedrock's inference profiles leave the region that is called, but not their part of the world", () => {
  const at = (region: string, model: string) => regionsOfAddress(bedrock(region), model)
  assert.deepEqual(at('eu-central-1', 'eu.anthropic.claude-sonnet-4-v1:0'), ['EU', 'DE'])
  assert.deepEqual(at('ca-central-1', 'us.anthropic.claude-sonnet-4-v1:0'), ['US', 'CA'])
  assert.deepEqual(at('us-east-1', 'us.meta.llama3-3-70b-instruct-v1:0'), ['US'])
  for (const plain of ['anthropic.claude-sonnet-4-v1:0', 'deepseek.v3.2', 'openai.gpt-5.4'])
    assert.deepEqual(at('eu-west-1', plain), ['IE'])
  for (const prefix of ['global', 'apac'])
    assert.equal(at('ap-south-1', `${prefix}.anthropic.claude-sonnet-4-v1:0`), undefined)
})
