import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, beforeEach, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { type ImportWork, importedFiles, importTo, keepImport, keptImports, undoImport } from './imports.ts'
import { plainComparisons, plainOutcomes } from './plain.ts'
import { routeLlm } from './wide-tables.ts'

const folder = mkdtempSync(join(tmpdir(), 'meritorder-imports-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const data = join(folder, 'data')
const source = join(folder, 'outcomes.jsonl')
const battles = join(folder, 'battles.jsonl')
writeFileSync(
  source,
  '{"id": "1", "prompt": "Hi", "outcomes": {"b": {"quality": 1}, "a": {"quality": 0}}}\n{"id": 2}\n',
)
writeFileSync(battles, '{"model_a": "a", "model_b": "b", "winner": "a", "own": "label"}\n')
beforeEach(() => rmSync(data, { recursive: true, force: true }))

const work = (more: Partial<ImportWork> = {}): ImportWork => ({
  importer: plainOutcomes,
  files: [source],
  options: { best: 1 },
  now: Date.UTC(2026, 10, 26),
  tell: () => {},
  ...more,
})

test('an import is kept once, whatever its file is called; another option makes another one', async () => {
  const first = await keepImport(data, work())
  assert.equal(first.again, false)
  const { id, kind, lines, models, left_out, imported_at } = first.card
  assert.deepEqual(
    [kind, lines, models, imported_at],
    ['outcomes', 1, ['a', 'b'], '2026-11-26T00:00:00.000Z'],
  )
  assert.deepEqual(left_out, [
    { why: 'has neither a "prompt" nor "messages" of text', lines: 1, where: ['outcomes.jsonl:2'] },
  ])
  const renamed = join(folder, 'renamed.jsonl')
  writeFileSync(renamed, readFileSync(source))
  const again = await keepImport(data, work({ files: [renamed], now: Date.UTC(2026, 10, 27) }))
  assert.deepEqual([again.again, again.card], [true, first.card])
  const other = await keepImport(data, work({ options: { best: 2 }, now: Date.UTC(2026, 10, 27) }))
  assert.deepEqual(
    keptImports(data).map((card) => card.id),
    [id, other.card.id],
  )
})

test('files of each kind are found, and gone when their import is taken back', async () => {
  const { card } = await keepImport(data, work())
  await keepImport(data, work({ importer: plainComparisons, files: [battles] }))
  const [file, ...others] = importedFiles(data, 'comparisons')
  assert.equal(others.length, 0)
  assert.match(
    gunzipSync(readFileSync(file!)).toString(),
    /^\{"model_a":"a",.*"own":"label".*"judge":"unknown"\}\n$/,
  )
  assert.equal(undoImport(data, card.id).lines, 1)
  assert.deepEqual(importedFiles(data, 'outcomes'), [])
  assert.equal(importedFiles(data, 'comparisons').length, 1)
  assert.throws(() => undoImport(data, card.id), /There is no import .*; there are /)
  assert.throws(() => undoImport(data, '../outcomes'), /There is no import/)
})

test('lines without a card, as a killed import leaves them, count for nothing, and the next import replaces them', async () => {
  const { card } = await keepImport(data, work())
  rmSync(join(data, 'imports', `${card.id}.json`))
  writeFileSync(join(data, 'imports', `${card.id}.outcomes.jsonl.gz`), 'torn')
  assert.deepEqual(importedFiles(data, 'outcomes'), [])
  assert.equal((await keepImport(data, work())).again, false)
  assert.match(gunzipSync(readFileSync(importedFiles(data, 'outcomes')[0]!)).toString(), /"prompt|"messages/)
})

test('a torn card is no import', async () => {
  const { card } = await keepImport(data, work())
  writeFileSync(join(data, 'imports', `${card.id}.json`), '{"id": ')
  assert.deepEqual(keptImports(data), [])
  assert.equal((await keepImport(data, work())).again, false)
})

test('where nothing can be used there is no import, and the error says why most lines were left out', async () => {
  writeFileSync(join(folder, 'bare.jsonl'), '{"prompt": "Hi"}\n{"prompt": "Bye"}\n[]')
  const bare = work({ files: [join(folder, 'bare.jsonl')] })
  await assert.rejects(
    keepImport(data, bare),
    /Nothing in .*bare\.jsonl can be used as outcomes.*no "outcomes" object/,
  )
  await assert.rejects(
    keepImport(data, work({ files: [join(folder, 'gone.jsonl')] })),
    /gone\.jsonl cannot be read/,
  )
  assert.deepEqual(readdirSync(join(data, 'imports')), [])
  const out = join(folder, 'kept.jsonl')
  writeFileSync(out, 'old')
  await assert.rejects(importTo(out, bare), /Nothing in/)
  assert.equal(readFileSync(out, 'utf8'), 'old')
})

test('a table with thousands of columns that are no models is refused, and nothing of it stays', async () => {
  const columns = Array.from({ length: 10_001 }, (_, i) => `c${i}`)
  writeFileSync(
    join(folder, 'wide.csv'),
    `prompt,${columns.join(',')}\nHi,${columns.map(() => 1).join(',')}\n`,
  )
  const wide = work({ importer: routeLlm, files: [join(folder, 'wide.csv')] })
  await assert.rejects(
    keepImport(data, wide),
    /As routellm this would be about more than 10,000 models, such as c0, c1, c2/,
  )
  assert.deepEqual(readdirSync(join(data, 'imports')), [])
})

test('whoever asks hears of every line that is left out', async () => {
  const heard: string[] = []
  await keepImport(data, work({ tellLeftOut: (why, where) => heard.push(`${where} ${why}`) }))
  assert.deepEqual(heard, ['outcomes.jsonl:2 has neither a "prompt" nor "messages" of text'])
})
