import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { loadIntents } from '../../artifacts.ts'
import { MeritorderError } from '../../errors.ts'
import { jsonLines } from '../import/json-lines.ts'
import { readComparisons } from './read-comparisons.ts'
import { belonging } from './scope.ts'
import { styleLead } from './style.ts'

const folder = mkdtempSync(join(tmpdir(), 'meritorder-comparisons-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const file = (lines: readonly unknown[], name = 'comparisons.jsonl') => {
  const path = join(folder, name)
  const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n')
  writeFileSync(path, name.endsWith('.gz') ? gzipSync(text) : text)
  return path
}
const all = { weigh: () => 1, style: false }
const good = { model_a: 'a', model_b: 'b', winner: 'a' }

test('rows are read from plain and packed files, and what is none is left out with its reason', async () => {
  const lines = [
    { ...good, id: '1' },
    { ...good, id: '1', judge: 'person' },
    { ...good, id: '1' },
    good,
    good,
    { ...good, winner: 'tie' },
    { ...good, model_b: 'a' },
    { ...good, winner: 'both' },
    { winner: 'a' },
    'nonsense',
    '[1]',
  ]
  for (const name of ['plain.jsonl', 'packed.jsonl.gz']) {
    const { comparisons, leftOut, lines: read } = await readComparisons(jsonLines(file(lines, name)), all)
    assert.equal(read, 5)
    assert.deepEqual([...comparisons.result], [1, 1, 1, 1, 0.5])
    assert.deepEqual(comparisons.models, ['a', 'b'])
    assert.deepEqual([...comparisons.cluster], [0, 0, 1, 2, 3])
    assert.deepEqual(
      leftOut.map(({ lines }) => lines),
      [2, 1, 1, 1, 1],
    )
    assert.match(leftOut.map(({ why }) => why).join(), /repeats.*itself.*winner.*model_a/)
  }
})

test('style and intents that were known when a comparison was recorded are taken from there', async () => {
  const line = { ...good, lead: [0.5, 0, 0, 0], intents: [{ intent: 'chitchat', p: 0.7 }] }
  const path = file([line, { ...line, lead: [-0.5, 0, 0, 0] }, { ...line, lead: 'long', intents: 'many' }])
  const weigh = belonging({ intent: 'chitchat' }, loadIntents())
  const { comparisons } = await readComparisons(jsonLines(path), { weigh, style: true })
  assert.deepEqual([...comparisons.weight], [0.7, 0.7].map(Math.fround))
  assert.deepEqual([...comparisons.lead], [1, -1])
})

test('a file that is not there is an error that names it', async () => {
  await assert.rejects(
    readComparisons(jsonLines(join(folder, 'none.jsonl')), all),
    (error) => error instanceof MeritorderError && /none\.jsonl/.test(error.message),
  )
})

test('style is a’s lead over b in length and markdown, code aside; without both answers nothing is known', async () => {
  assert.deepEqual(styleLead('abc', 'a'), [0.5, 0, 0, 0])
  assert.deepEqual(styleLead('# Title\n- one\n- **two**', ''), [1, 1, 1, 1])
  assert.deepEqual(styleLead('```\n# no title\n```', '').slice(1), [0, 0, 0])
  const path = file([
    { ...good, response_a: 'long answer', response_b: 'short' },
    { ...good, response_a: 'a', response_b: 'longer' },
    good,
  ])
  const { comparisons } = await readComparisons(jsonLines(path), { weigh: () => 1, style: true })
  assert.deepEqual(comparisons.covariates, ['length'])
  assert.equal(comparisons.lead.length, 3)
  assert.ok(comparisons.lead[0]! > 0 && comparisons.lead[1]! < 0)
  assert.equal(comparisons.lead[2], 0)
})

test('a scope takes a row’s own labels, and recognises prompts that have none', () => {
  const intents = loadIntents()
  const ofCode = belonging({ intent: 'code_generation' }, intents)
  assert.equal(ofCode({ intent: 'code_generation', tags: {} }), 1)
  assert.equal(ofCode({ intent: 'chitchat', prompt: 'Write a Python function.', tags: {} }), 0)
  assert.ok(ofCode({ prompt: 'Write a Python function that reverses a list.', tags: {} }) > 0.5)
  assert.equal(ofCode({ prompt: 'Translate to French: good morning', tags: {} }), 0)
  assert.equal(ofCode({ tags: {} }), 0)
  const group = belonging({ group: 'code' }, intents)
  assert.ok(group({ prompt: 'Why does this Python code fail? print(1', tags: {} }) > 0.5)
  const german = belonging({ language: 'de', tags: { team: 'support' } }, intents)
  assert.equal(german({ language: 'de', tags: { team: 'support' } }), 1)
  assert.equal(german({ language: 'de', tags: {} }), 0)
  assert.equal(
    german({
      prompt: 'Wie bleibt Brot länger frisch, ohne dass es trocken wird?',
      tags: { team: 'support' },
    }),
    1,
  )
})
