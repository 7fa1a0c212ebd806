import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { commandLineIn } from '../../test/command-line.ts'
import { liveVersion, readPredictorChanges } from '../learned/predictor-store.ts'

const folder = mkdtempSync(join(tmpdir(), 'meritorder-fit-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const { run } = commandLineIn(folder)
const dataFolder = join(folder, '.meritorder')

function line(id: string, outcomes: Record<string, unknown>, prompt = `prompt ${id}`): string {
  return JSON.stringify({ id, prompt, outcomes })
}

async function fit(...lines: readonly string[]) {
  writeFileSync(join(folder, 'outcomes.jsonl'), lines.join('\n'))
  return run(['fit', '--data', 'outcomes.jsonl'])
}

const GOOD = { 'acme/large': { quality: 1 }, 'acme/small': { quality: 0 } }

test('what is no file of outcomes is refused by file, line and field, and nothing is kept', async () => {
  const refused: readonly (readonly [RegExp, readonly string[]])[] = [
    [/outcomes\.jsonl:2 is no JSON/, [line('a', GOOD), '{"id": "b", ']],
    [/outcomes\.jsonl:1 says quality 2 for acme\/large/, [line('a', { 'acme/large': { quality: 2 } })]],
    [
      /outcomes\.jsonl:1 says quality null for acme\/large/,
      [line('a', { 'acme/large': { quality: Number.NaN } })],
    ],
    [
      /outcomes\.jsonl:1 says tokens -1 for acme\/large/,
      [line('a', { 'acme/large': { quality: 1, tokens: -1 } })],
    ],
    [/only one model, acme\/large, has outcomes/, [line('a', { 'acme/large': { quality: 1 } })]],
    [/holds no prompt/, ['', ' ']],
  ]
  for (const [message, lines] of refused) {
    const { code, stderr } = await fit(...lines)
    assert.equal(code, 2, stderr)
    assert.match(stderr, message)
  }
  assert.match((await run(['fit', '--data', 'nowhere.jsonl'])).stderr, /there is no file nowhere\.jsonl/)
  assert.equal(existsSync(dataFolder), false)
})

test('one row is learned from, with a word on how little it says', async () => {
  const { code, stdout, stderr } = await fit(line('a', GOOD))
  assert.equal(code, 0, stderr)
  assert.match(stderr, /1 prompt say/)
  assert.match(stdout, /nothing was better than acme\/large for everything/)
  assert.match(stdout, /Not in the catalog.*acme\/large, acme\/small/)
  assert.deepEqual(
    readdirSync(dataFolder),
    ['predictors', 'predictors.json'],
    'no half-written file and no lock is left',
  )
  const live = liveVersion(readPredictorChanges(dataFolder))!
  assert.deepEqual(readdirSync(join(dataFolder, 'predictors')), [`${live}.bin`])
})

test('duplicate ids, odd texts and models that were hardly run are learned from', async () => {
  const odd = ['', '\0\u0007', 'a'.repeat(100_000), '界'.repeat(9_000), '👩‍👩‍👧', 'ⴰⵣⵓⵍ ᚠᚢᚦ']
  const lines = odd.flatMap((prompt) => [line('same', GOOD, prompt), line('same', GOOD, prompt)])
  const rare = line('rare', { 'acme/new': { quality: 0.5 } })
  const { code, stderr } = await fit(...lines, rare)
  assert.equal(code, 0, stderr)
})

test('comparisons beside the outcomes move who is better, and bring in a model that has none', async () => {
  const lines = Array.from({ length: 40 }, (_, i) =>
    line(`${i}`, { 'acme/large': { quality: i % 2 }, 'acme/small': { quality: i % 2 } }),
  )
  const plain = await fit(...lines)
  assert.equal(plain.code, 0, plain.stderr)
  const wins = Array.from({ length: 40 }, (_, i) =>
    JSON.stringify({ id: `${i}`, model_a: 'acme/new', model_b: 'acme/small', winner: i % 4 ? 'a' : 'tie' }),
  )
  writeFileSync(join(folder, 'comparisons.jsonl'), [...wins, '{"model_a": "acme/new"}'].join('\n'))
  const { code, stdout, stderr } = await run([
    ...['fit', '--data', 'outcomes.jsonl', '--comparisons', 'comparisons.jsonl', '--json'],
  ])
  assert.equal(code, 0, stderr)
  assert.match(stderr, /1 comparison.*has no "model_a" and "model_b"/s)
  const qualities = JSON.parse(stdout).models.map(({ quality }: { quality: number }) => quality)
  const [large, fresh, small] = [qualities[0], qualities[1], qualities[2]]
  assert.ok(fresh > large + 0.1 && small < large, `${qualities}`)
  assert.match(
    (await run(['fit', '--data', 'outcomes.jsonl', '--comparisons', 'nowhere.jsonl'])).stderr,
    /there is no file nowhere\.jsonl/,
  )
})

test('a fit that is killed leaves the predictor that was in force', async () => {
  await fit(line('a', GOOD))
  const before = readPredictorChanges(dataFolder)
  const { start } = commandLineIn(folder)
  writeFileSync(
    join(folder, 'more.jsonl'),
    Array.from({ length: 2_000 }, (_, i) => line(`${i}`, GOOD)).join('\n'),
  )
  const child = start(['fit', '--data', 'more.jsonl'])
  child.kill('SIGKILL')
  await new Promise((resolve) => child.once('exit', resolve))
  assert.deepEqual(readPredictorChanges(dataFolder), before)
})
