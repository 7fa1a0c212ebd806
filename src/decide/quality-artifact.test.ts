import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parseQualityArtifact } from './quality-artifact.ts'
import { estimateUnrated } from './unrated.ts'

const shipped = () => JSON.parse(readFileSync('artifacts/quality.json', 'utf8')) as Record<string, unknown>

test('the shipped artifact is read, knows 250 models or more, and puts the strong above the weak', () => {
  const prior = parseQualityArtifact(shipped())
  assert.ok(prior.models.size >= 250)
  const full = prior.categories.indexOf('full')
  const elo = (slug: string) => prior.models.get(slug)!.mean[full]!
  assert.ok(elo('anthropic/claude-opus-4.5') > elo(prior.reference))
  assert.ok(elo(prior.reference) > elo('mistralai/mistral-7b-instruct'))
  assert.ok(prior.unrated.flat.mean < elo('openai/gpt-4.1'))
})

test('models of 2023 keep their ratings though the catalog lacks them', () => {
  const { models } = parseQualityArtifact(shipped())
  for (const slug of [
    'openai/gpt-4-1106-preview',
    'openai/gpt-3.5-turbo-1106',
    'mistralai/mixtral-8x7b-instruct',
    'mistralai/mistral-7b-instruct',
    'meta-llama/llama-2-70b-chat',
    'meta-llama/codellama-34b-instruct',
    'wizardlm/wizardlm-13b',
    '01-ai/yi-34b-chat',
  ]) {
    assert.ok(models.has(slug), slug)
  }
})

test('newer models of a maker are expected to be better, and those of 2023 worse than the rated ones of today', () => {
  const { unrated, models, categories } = parseQualityArtifact(shipped())
  const full = categories.indexOf('full')
  const estimate = (slug: string, releaseDate: string, medianUsd: number) =>
    estimateUnrated(
      { slug, name: slug, releaseDate, openWeights: false, reasoning: true },
      { medianUsd, makesMedia: false },
      unrated,
    ).mean
  assert.ok(
    estimate('anthropic/claude-opus-4.8', '2026-05-28', 25) >
      models.get('anthropic/claude-opus-4.5')!.mean[full]!,
  )
  assert.ok(estimate('openai/gpt-5.5', '2026-04-24', 30) > models.get('openai/gpt-5')!.mean[full]!)
  const old = estimate('anthropic/claude-instant-v1', '2023-03-14', 2.4)
  assert.ok(old < models.get('openai/gpt-3.5-turbo')!.mean[full]!)
  assert.ok(old > models.get('meta-llama/llama-2-70b-chat')!.mean[full]!)
})

test('foreign, newer and damaged files are refused with the reason', () => {
  assert.throws(() => parseQualityArtifact(null), /not a quality artifact/)
  assert.throws(() => parseQualityArtifact({ models: {} }), /not a quality artifact/)
  assert.throws(() => parseQualityArtifact({ ...shipped(), formatVersion: 99 }), /version 99/)
  assert.throws(() => parseQualityArtifact({ ...shipped(), models: 7 }), /damaged at models/)
  assert.throws(() => parseQualityArtifact({ ...shipped(), reference: 'no/body' }), /no\/body has no rating/)
  assert.throws(
    () => parseQualityArtifact({ ...shipped(), models: { 'a/b': { mean: [1], sd: [1] } } }),
    /a\/b does not have one rating per category/,
  )
  assert.throws(() => parseQualityArtifact({ ...shipped(), lines: [] }), /one line per category/)
  const unrated = shipped().unrated as Record<string, unknown>
  const withUnrated = (change: object) => ({ ...shipped(), unrated: { ...unrated, ...change } })
  assert.throws(() => parseQualityArtifact(withUnrated({ lastRelease: '2020-01-01' })), /after lastRelease/)
  assert.throws(
    () => parseQualityArtifact(withUnrated({ otherMakersSd: 0 })),
    /damaged at unrated\.otherMakersSd/,
  )
  assert.throws(() => parseQualityArtifact(withUnrated({ flat: [1288, 79] })), /damaged at unrated\.flat/)
  assert.throws(() => parseQualityArtifact({ ...shipped(), categories: ['full'] }), /lacks the category/)
})
