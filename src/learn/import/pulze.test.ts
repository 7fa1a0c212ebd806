import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { readOutcomes } from '../outcomes.ts'
import { importPulze } from './pulze.ts'

const folder = mkdtempSync(join(tmpdir(), 'meritorder-pulze-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const at = (name: string) => join(folder, name)
const lines = (rows: readonly unknown[]) =>
  rows.map((row) => (typeof row === 'string' ? row : JSON.stringify(row))).join('\n')

const POINTS = [
  { point_uid: 'a', category: 'politics', utterance: 'Who may vote?', embedding: [0.1, -0.2] },
  { point_uid: 'b', category: 'chitchat', utterance: 'Nice weather.\nIs it not?', embedding: [0.3, 0.1] },
  { point_uid: 'c', utterance: 'No category here.' },
]
const TARGETS = [
  { point_uid: 'b', target: 'small-talk', score: 1 },
  { point_uid: 'a', target: 'statesman', score: 0.9 },
  { point_uid: 'a', target: 'small-talk', score: 0 },
  { point_uid: 'c', target: '__proto__', score: 0.5 },
]

test('points and targets become outcomes: utterance, category as task, scores as qualities', async () => {
  writeFileSync(at('points.jsonl'), `${lines(POINTS)}\n`)
  writeFileSync(at('targets.jsonl'), lines(TARGETS))
  const imported = await importPulze(at('points.jsonl'), at('targets.jsonl'), at('out.jsonl'))
  assert.deepEqual(imported, {
    prompts: 3,
    outcomes: 4,
    models: ['__proto__', 'small-talk', 'statesman'],
    leftOut: [],
  })
  const outcomes = readOutcomes(at('out.jsonl'))
  assert.deepEqual(outcomes.ids, ['a', 'b', 'c'])
  assert.deepEqual(outcomes.tasks, ['politics', 'chitchat', undefined])
  assert.deepEqual(outcomes.prompts[1], 'Nice weather.\nIs it not?')
  assert.deepEqual([...outcomes.quality.subarray(0, 3)], [Number.NaN, 0, 0.9])
  assert.equal(outcomes.quality[6], 0.5)
  assert.doesNotMatch(readFileSync(at('out.jsonl'), 'utf8'), /embedding/)
})

test('packed files are read and written like plain ones', async () => {
  writeFileSync(at('points.jsonl.gz'), gzipSync(lines(POINTS)))
  writeFileSync(at('targets.jsonl.gz'), gzipSync(lines(TARGETS)))
  await importPulze(at('points.jsonl.gz'), at('targets.jsonl.gz'), at('out.jsonl.gz'))
  assert.deepEqual(readOutcomes(at('out.jsonl.gz')), readOutcomes(at('out.jsonl')))
})

test('a target that a point does not name is unknown there, or has failed when told so', async () => {
  const { outcomes } = await importPulze(at('points.jsonl'), at('targets.jsonl'), at('zero.jsonl'), true)
  assert.equal(outcomes, 9)
  assert.deepEqual([...readOutcomes(at('zero.jsonl')).quality], [0, 0, 0.9, 0, 1, 0, 0.5, 0, 0])
})

test('every line that is left out is counted with its reason, and the first ones are named', async () => {
  writeFileSync(
    at('odd-points.jsonl'),
    lines([
      POINTS[0],
      { ...POINTS[0], utterance: 'Again' },
      { point_uid: 'silent', embedding: [1] },
      { point_uid: 'alone', utterance: 'Nobody answers me.' },
      { utterance: 'Who am I?' },
      '[1, 2]',
      '{"point_uid": ',
    ]),
  )
  writeFileSync(
    at('odd-targets.jsonl'),
    lines([
      { point_uid: 'a', target: 'statesman', score: 1 },
      { point_uid: 'a', target: 'statesman', score: 0.2 },
      { point_uid: 'a', target: 'boaster', score: 1.2 },
      { point_uid: 'a', target: 'pessimist', score: -0.1 },
      { point_uid: 'a', target: 'mute', score: null },
      { point_uid: 'a', target: 'writer', score: '1' },
      { point_uid: 'a', score: 1 },
      { target: 'statesman', score: 1 },
      { point_uid: 'gone', target: 'statesman', score: 1 },
      { point_uid: 'gone', target: 'mute', score: 1 },
      { point_uid: 'silent', target: 'mute', score: 1 },
    ]),
  )
  const { prompts, outcomes, leftOut } = await importPulze(
    at('odd-points.jsonl'),
    at('odd-targets.jsonl'),
    at('odd.jsonl'),
  )
  assert.deepEqual([prompts, outcomes], [1, 1])
  assert.equal(readOutcomes(at('odd.jsonl')).quality[0], 1)
  assert.deepEqual(
    leftOut.map(({ why, lines: count, where }) => [count, why, where.join(' ')]),
    [
      [
        4,
        'has a "score" that is no number from 0 to 1',
        'odd-targets.jsonl:3 odd-targets.jsonl:4 odd-targets.jsonl:5 odd-targets.jsonl:6',
      ],
      [2, 'has no "point_uid"', 'odd-targets.jsonl:8 odd-points.jsonl:5'],
      [2, 'is no JSON object', 'odd-points.jsonl:6 odd-points.jsonl:7'],
      [2, 'names a "point_uid" that no point has', 'odd-targets.jsonl:9'],
      [1, 'scores a target of its point again', 'odd-targets.jsonl:2'],
      [1, 'has no "target"', 'odd-targets.jsonl:7'],
      [1, 'has the "point_uid" of a point before', 'odd-points.jsonl:2'],
      [1, 'has no "utterance": the text is needed, and not the embedding', 'odd-points.jsonl:3'],
      [1, 'is a point without a usable target', 'odd-points.jsonl:4'],
    ],
  )
})

test('where nothing can be used the old file stays, nothing lies beside it, and the error says why', async () => {
  writeFileSync(at('bare.jsonl'), lines([{ point_uid: 'a', embedding: [1] }]))
  writeFileSync(at('kept.jsonl'), 'old')
  await assert.rejects(
    importPulze(at('bare.jsonl'), at('targets.jsonl'), at('kept.jsonl')),
    /bare\.jsonl holds no point with a text and a score\. Most often a line .*\(.*jsonl:\d\)/,
  )
  await assert.rejects(
    importPulze(at('no-such.jsonl'), at('targets.jsonl'), at('kept.jsonl')),
    /no-such\.jsonl cannot be read: ENOENT/,
  )
  writeFileSync(at('broken.jsonl.gz'), gzipSync(lines(POINTS)).subarray(0, 60))
  await assert.rejects(
    importPulze(at('broken.jsonl.gz'), at('targets.jsonl'), at('kept.jsonl')),
    /broken\.jsonl\.gz cannot be read: unexpected end of file/,
  )
  assert.equal(readFileSync(at('kept.jsonl'), 'utf8'), 'old')
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.endsWith('.tmp')),
    [],
  )
})
