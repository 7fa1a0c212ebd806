import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { promptOf } from '../../test/sample-market.ts'
import { INTENTS } from '../understand/intent-names.ts'
import { ARENA_CATEGORIES, categoryMix } from './arena-categories.ts'
import { mixOfPrompt } from './category-mix.ts'

test('every intent has shares that sum to 1', () => {
  for (const intent of INTENTS) {
    const sum = Object.values(categoryMix(intent)).reduce((total, share) => total + share, 0)
    assert.ok(Math.abs(sum - 1) < 1e-9, intent)
  }
})

test('the shares of any prompt sum to 1', () => {
  const probabilities = fc.array(fc.float({ min: 0, max: 1, noNaN: true }), {
    minLength: INTENTS.length,
    maxLength: INTENTS.length,
  })
  fc.assert(
    fc.property(
      probabilities,
      fc.constantFrom('en', 'de', 'zh', 'und'),
      fc.nat(10_000),
      fc.float({ min: 0, max: 1, noNaN: true }),
      (p, language, tokens, codeShare) => {
        const prompt = promptOf({ intentProbabilities: Float32Array.from(p), language, tokens, codeShare })
        const sum = mixOfPrompt(prompt).reduce((total, share) => total + share, 0)
        assert.ok(Math.abs(sum - 1) < 1e-6)
      },
    ),
  )
})

test('code leans on coding, German on German, a long prompt on long prompts', () => {
  const share = (facts: Parameters<typeof promptOf>[0], category: (typeof ARENA_CATEGORIES)[number]) =>
    mixOfPrompt(promptOf({ tokens: 100, ...facts }))[ARENA_CATEGORIES.indexOf(category)]!
  assert.ok(share({ intent: 'code_generation' }, 'coding') > 0.5)
  assert.ok(share({ codeShare: 1 }, 'coding') === 0.5)
  assert.ok(share({ language: 'de' }, 'german') === 0.4)
  assert.ok(share({ tokens: 5_000 }, 'long_user') === 0.3)
})
