import assert from 'node:assert/strict'
import { test } from 'node:test'
import { imported, jsonLinesOf } from '../../../test/import-files.ts'
import { pulze } from './pulze.ts'

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
const FILES = { 'points.jsonl': jsonLinesOf(POINTS), 'targets.jsonl': jsonLinesOf(TARGETS) }

test('points and targets become outcomes: utterance, category as task, scores as qualities', async () => {
  const { lines, leftOut } = await imported(pulze, FILES)
  assert.equal(
    JSON.stringify(lines),
    JSON.stringify([
      {
        id: 'a',
        task: 'politics',
        prompt: 'Who may vote?',
        outcomes: { statesman: { quality: 0.9 }, 'small-talk': { quality: 0 } },
      },
      {
        id: 'b',
        task: 'chitchat',
        prompt: 'Nice weather.\nIs it not?',
        outcomes: { 'small-talk': { quality: 1 } },
      },
      {
        id: 'c',
        prompt: 'No category here.',
        outcomes: Object.fromEntries([['__proto__', { quality: 0.5 }]]),
      },
    ]),
  )
  assert.deepEqual(leftOut, [])
})

test('a target that a point does not name is unknown there, or has failed when told so', async () => {
  const { lines } = await imported(pulze, FILES, { absentIsZero: true })
  assert.deepEqual(
    lines.map((line) => 'outcomes' in line && Object.values(line.outcomes).map(({ quality }) => quality)),
    [
      [0, 0, 0.9],
      [0, 1, 0],
      [0.5, 0, 0],
    ],
  )
})

test('every line that is left out is counted with its reason, and the first ones are named', async () => {
  const { lines, leftOut } = await imported(pulze, {
    'odd-points.jsonl': jsonLinesOf([
      POINTS[0],
      { ...POINTS[0], utterance: 'Again' },
      { point_uid: 'silent', embedding: [1] },
      { point_uid: 'alone', utterance: 'Nobody answers me.' },
      { utterance: 'Who am I?' },
      '[1, 2]',
      '{"point_uid": ',
    ]),
    'odd-targets.jsonl': jsonLinesOf([
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
  })
  assert.deepEqual(
    lines.map((line) => 'outcomes' in line && line.outcomes),
    [{ statesman: { quality: 1 } }],
  )
  assert.deepEqual(leftOut, [
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
  ])
})

test('one file is not enough, and three are too many', async () => {
  await assert.rejects(imported(pulze, { 'points.jsonl': jsonLinesOf(POINTS) }), /Two files are needed/)
  await assert.rejects(imported(pulze, { ...FILES, 'more.jsonl': '' }), /Two files are needed/)
})
