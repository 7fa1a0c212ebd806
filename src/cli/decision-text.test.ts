import assert from 'node:assert/strict'
import { it } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import type { Candidate, Decision } from '../decide/decision.ts'
import { POLICIES } from '../decide/policies.ts'
import type { Prompt } from '../understand/prompt.ts'
import { decisionText } from './decision-text.ts'

const prompt: Prompt = {
  text: '',
  tokens: 1_234,
  needs: {
    tools: false,
    images: false,
    files: false,
    audio: false,
    video: false,
    jsonSchema: false,
    outputModalities: [],
  },
  language: 'en',
  codeShare: 0.5,
  embedding: new Float32Array(0),
  intentProbabilities: new Float32Array(0),
  artifact: 'intents:1',
  intents: [
    { intent: 'text_correction', p: 0.82 },
    { intent: 'chitchat', p: 0.1 },
  ],
}

function candidate(model: string, provider: string, facts: Partial<Candidate> = {}): Candidate {
  const supports = { tools: true, structuredOutput: true, reasoning: false, temperature: true }
  return {
    endpoint: {
      id: `${provider}/m`,
      provider,
      model,
      upstreamModel: 'm',
      input: ['text'],
      output: ['text'],
      supports,
    },
    model: { slug: model, name: model, openWeights: true, reasoning: false },
    provider: { slug: provider, name: provider, family: 'openai-compatible', keyVariables: [] },
    quality: 0.62,
    qualitySd: 0.05,
    evidence: 'arena',
    costUsd: 0.00041,
    latencyMs: 2_100,
    carbonGrams: 0.012,
    carbonBounds: { low: 0.01, high: 0.014 },
    merit: 0,
    ...facts,
  }
}

const decision: Decision = {
  strategy: 'auto',
  requested: 'auto',
  policy: POLICIES.balanced,
  ranked: [
    candidate('a/first', 'Acme'),
    candidate('b/second', 'Bolt', { evidence: 'prior', quality: 0.4 }),
    candidate('c/third', 'Coil'),
  ],
  removed: [{ limit: 'max_cost', endpoints: 12 }],
  expectedCompletionTokens: 250,
  baseline: { model: 'x/big', quality: 0.7, costUsd: 0.0041 },
  propensity: 1,
  reason: 'It is good and cheap.',
  artifact: 'quality:1',
}

const lines = stripVTControlCharacters(decisionText(prompt, decision, 2)).split('\n')
const line = (start: RegExp) => lines.find((text) => start.test(text)) ?? assert.fail(`no line ${start}`)

it('names the choice, the policy and the reason first', () => {
  assert.equal(lines[1], '→ a/first at Acme   policy balanced')
  assert.equal(lines[2], '  It is good and cheap.')
})

it('shows what was understood, with a bar for each intent', () => {
  assert.match(line(/Prompt/), /1k tokens in, about 250 out, language en, 50 % code/)
  assert.match(line(/text_correction/), /text_correction {2}█{13}▏? +82 %/)
})

it('marks the chosen row and shows quality, cost, latency and carbon', () => {
  assert.match(line(/a\/first .*0\.62/), /^▸ {2}a\/first +Acme +█████ +0\.62 ±0\.05 +\$0\.41 +2\.1 s +12 mg$/)
})

it('marks a guessed quality and says what the mark means', () => {
  assert.match(line(/b\/second/), /~0\.40/)
  assert.match(line(/^ {2}~/), /nobody has rated/)
})

it('says what each limit removed, what it saves, and that there is more', () => {
  assert.match(line(/Ruled out/), /12 by max_cost/)
  assert.match(line(/Saving/), /90 % less than x\/big for everything \(\$4\.10 for 1,000 such calls\)/)
  assert.match(line(/more \(--top\)/), /1 more/)
})

it('says when the provider is simulated', () => {
  const [first, ...rest] = decision.ranked
  const provider = { ...first!.provider, simulated: true as const }
  const text = decisionText(prompt, { ...decision, ranked: [{ ...first!, provider }, ...rest] }, 2)
  assert.match(stripVTControlCharacters(text), /at Acme \(simulated\)/)
})

it('shows the similar prompts learned from, and says when the prompt is hardly like them', () => {
  const similar = [
    {
      id: 'q1',
      text: 'How much is six\u0007 times seven?',
      similarity: 0.62,
      quality: { 'a/first': 1, 'b/second': 0.5 },
    },
  ]
  const show = (trust: number) =>
    stripVTControlCharacters(
      decisionText(prompt, { ...decision, similar: () => similar, trust, difficulty: 0.234 }, 2),
    )
  assert.match(show(1), /Similar +62 % {2}How much is six.? times seven\? {2}2 models: 0\.75 on average\n/)
  assert.match(show(1), /the strongest model gains 0\.23 over the weakest/)
  assert.doesNotMatch(show(1), /believed/)
  assert.match(show(0.25), /25 % of what was learned is believed/)
})
