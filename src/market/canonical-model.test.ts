import assert from 'node:assert/strict'
import test from 'node:test'
import { DIFFERENT, SAME } from './canonical-model.pairs.ts'
import { canonicalModel, createModelIndex, sharedNames } from './canonical-model.ts'
import { readCatalog } from './catalog-file.ts'

const shipped = createModelIndex(readCatalog('artifacts/catalog.json').models.map(({ slug }) => slug))

/** A handful of slugs, so that rules are tested without the data. */
const small = createModelIndex([
  'meta-llama/llama-3.3-70b-instruct',
  'openai/gpt-4o',
  'openai/gpt-4o-2024-05-13',
  'qwen/qwen3-235b-a22b',
  'anthropic/claude-sonnet-4.5',
])
const slugOf = (provider: string, id: string, base?: string) => canonicalModel(small, provider, id, base)

test(`${SAME.length} hand-checked host ids are recognised as OpenRouter's slugs`, () => {
  assert.ok(SAME.length >= 150)
  const wrong = SAME.flatMap(([provider, id, slug]) => {
    const found = canonicalModel(shipped, provider, id)
    return found.slug === slug ? [] : [`${provider} ${id}: ${found.slug}, not ${slug}`]
  })
  assert.deepEqual(wrong, [])
})

test(`${DIFFERENT.length} hand-checked look-alikes stay apart`, () => {
  assert.ok(DIFFERENT.length >= 40)
  const merged = DIFFERENT.filter(
    ([a, idA, b, idB]) => canonicalModel(shipped, a, idA).slug === canonicalModel(shipped, b, idB).slug,
  )
  assert.deepEqual(merged, [])
})

test('every canonical slug of the shipped catalog is recognised as itself', () => {
  const { models } = readCatalog('artifacts/catalog.json')
  const index = createModelIndex(models.map(({ slug }) => slug))
  const strays = models
    .filter(({ slug }) => !slug.startsWith('~') && slug.split('/').length === 2)
    .map(({ slug }) => [slug, canonicalModel(index, 'openrouter', slug).slug])
    .filter(([slug, found]) => slug !== found)
  assert.deepEqual(strays, [])
})

test('a snapshot is merged with its undated name only where the index lists no snapshots of it', () => {
  assert.equal(slugOf('bedrock', 'claude-sonnet-4-5-20250929').slug, 'anthropic/claude-sonnet-4.5')
  assert.deepEqual(slugOf('openai', 'gpt-4o-2031-01-01'), { slug: 'openai/gpt-4o-2031-01-01', known: false })
})

test("models.dev's base decides where the id says nothing, and not where it contradicts", () => {
  const llama = 'meta/llama-3.3-70b-instruct'
  assert.deepEqual(slugOf('acme', 'acme-chat', llama), {
    slug: 'meta-llama/llama-3.3-70b-instruct',
    known: true,
  })
  assert.deepEqual(slugOf('acme', 'acme-8b', llama), { slug: 'acme/acme-8b', known: false })
  assert.equal(slugOf('acme', 'acme-distill', llama).known, false)
})

test('a model nobody knows stays a model of its own, under its maker where the id names one', () => {
  assert.deepEqual(slugOf('acme', 'acme-chat'), { slug: 'acme/acme-chat', known: false })
  assert.deepEqual(slugOf('acme', 'Speakleash/Bielik-11B'), { slug: 'speakleash/bielik-11b', known: false })
  assert.deepEqual(slugOf('acme', 'Llama-3.3-70B-Pirate'), {
    slug: 'acme/llama-3.3-70b-pirate',
    known: false,
  })
  assert.deepEqual(slugOf('alibaba-cn', 'qwen-next-thing'), { slug: 'qwen/qwen-next-thing', known: false })
})

test('names that two hosts share become slugs, in the spelling with a point', () => {
  const ids = [
    { provider: 'a', id: 'claude-zephyr-7-1' },
    { provider: 'b', id: 'anthropic/claude-zephyr-7.1' },
    { provider: 'a', id: 'claude-lonely-2' },
    { provider: 'a', id: 'gpt-4o' },
    { provider: 'b', id: 'gpt-4o' },
  ]
  assert.deepEqual(sharedNames(small, ids), ['anthropic/claude-zephyr-7.1'])
})

test('empty and hostile ids get a slug and never throw', () => {
  for (const id of [
    '',
    '/',
    '///',
    ':',
    '~',
    '__proto__',
    'constructor',
    'a'.repeat(10_000),
    '\u0000\n',
    '🦙',
  ])
    assert.equal(typeof slugOf('acme', id).slug, 'string', JSON.stringify(id.slice(0, 20)))
})
