import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { commandLineIn } from '../../test/command-line.ts'

const folder = mkdtempSync(join(tmpdir(), 'meritorder-leaderboard-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const { run } = commandLineIn(folder)

const lines = (winners: readonly string[], differs: object = {}) =>
  winners.map((winner) =>
    JSON.stringify({ model_a: 'acme/large', model_b: 'acme/small', winner, ...differs }),
  )
writeFileSync(
  join(folder, 'comparisons.jsonl'),
  [
    ...lines(
      Array.from({ length: 40 }, (_, i) => (i % 5 === 0 ? 'b' : 'a')),
      { intent: 'text_correction' },
    ),
    ...lines(
      Array.from({ length: 20 }, () => 'b'),
      { language: 'de', intent: 'chitchat' },
    ),
    'nonsense',
  ].join('\n'),
)
const data = ['leaderboard', '--data', 'comparisons.jsonl']

test('the best comes first, with what was left out below', async () => {
  const { code, stdout } = await run([...data, '--intent', 'text_correction'])
  assert.equal(code, 0)
  assert.match(stdout, /acme\/large is the best on text_correction\./)
  assert.match(stdout, /1 +acme\/large [\s\S]*32 \/ 0 \/ 8[\s\S]*2 +acme\/small/)
  assert.match(stdout, /Left out 1 line: each is no JSON object \(comparisons\.jsonl:61\)/)
})

test('--json is one object, and scopes turn the order round', async () => {
  const { stdout } = await run([...data, '--language', 'de', '--json'])
  const board = JSON.parse(stdout)
  assert.deepEqual(
    board.standings.map(({ model, rank }: { model: string; rank: number[] }) => [model, rank]),
    [
      ['acme/small', [1, 1]],
      ['acme/large', [2, 2]],
    ],
  )
  assert.deepEqual([board.comparisons, board.lines, board.scope], [20, 60, { language: 'de' }])
})

test('without a file all comparisons that were imported are ranked, until their import is taken back', async () => {
  const rank = ['leaderboard', '--json']
  assert.match((await run(rank)).stderr, /there is no comparison; import some/)
  const imported = await run(['import', 'comparisons', 'comparisons.jsonl', '--json'])
  const { id, lines: kept, left_out } = JSON.parse(imported.stdout)
  assert.deepEqual([kept, left_out[0].lines], [60, 1])
  assert.match((await run(['import', 'comparisons', 'comparisons.jsonl'])).stdout, /imported before/)
  assert.equal(JSON.parse((await run(rank)).stdout).comparisons, 60)
  const itself = await run([
    ...['import', 'comparisons', 'comparisons.jsonl'],
    ...['--left-out', './comparisons.jsonl'],
  ])
  assert.deepEqual([itself.code, /must be another file/.test(itself.stderr)], [2, true])
  assert.match((await run(['import', 'list'])).stdout, new RegExp(`${id}.*60 comparisons of 2 models`))
  assert.equal((await run(['import', 'undo', id])).code, 0)
  assert.equal((await run(rank)).code, 2)
})

for (const [what, words, message] of [
  ['a file that is not there', ['leaderboard', '--data', 'none.jsonl'], /there is no file none\.jsonl/],
  [
    'a scope without comparisons',
    [...data, '--tag', 'team=none'],
    /none of 60 comparisons[\s\S]*is no JSON object/,
  ],
  ['two scopes of intents', [...data, '--intent', 'x', '--group', 'code'], /exclude each other/],
  ['a tag without a value', [...data, '--tag', 'team'], /key=value/],
  ['a group that is none', [...data, '--group', 'poetry'], /Allowed choices/],
] as const)
  test(`${what} is wrong use`, async () => {
    const { code, stderr } = await run([...words])
    assert.equal(code, 2)
    assert.match(stderr, message)
  })
