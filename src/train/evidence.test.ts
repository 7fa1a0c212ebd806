import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { loadIntents } from '../artifacts.ts'
import { type EvidenceOptions, gatherEvidence } from './evidence.ts'

const folder = mkdtempSync(join(tmpdir(), 'meritorder-evidence-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const intents = loadIntents()
const START = Date.parse('2026-11-01T00:00:00Z')
const timeOf = (n: number) => new Date(START + 60_000 * n).toISOString()

function story(n: number, model: string, thumb: number, other: object = {}) {
  return {
    id: `gen-${n}`,
    created_at: timeOf(n),
    dialect: 'chat-completions',
    policy: 'balanced',
    strategy: 'auto',
    simulated: false,
    model,
    outcome: 'complete',
    cost_usd: '0.001',
    native_tokens_completion: 20,
    propensity: 1,
    artifact: 'predictor:one',
    candidates: [{ model, quality: 0.8, cost_usd: 0.001 }],
    request: { model: 'auto', messages: [{ role: 'user', content: `Question ${n}` }] },
    ratings: [{ kind: 'thumb', value: thumb }],
    ...other,
  }
}

function comparison(n: number, a: string, b: string, other: object = {}) {
  return {
    id: `cmp-${n}`,
    compared_at: timeOf(n),
    generation_a: `gen-${n}`,
    generation_b: `gen-b-${n}`,
    model_a: a,
    model_b: b,
    winner: 'a',
    judge: 'person',
    intents: [{ intent: 'creative_writing', p: 0.7 }],
    tags: {},
    simulated: false,
    ...other,
  }
}

async function* newestFirst<T>(all: readonly T[]): AsyncGenerator<T> {
  yield* all.toReversed()
}

function gather(
  stories: readonly object[],
  comparisons: readonly object[] = [],
  options: Partial<EvidenceOptions> = {},
) {
  const lines = comparisons.map((value) => ({ where: 'record', value: { ...value } }))
  return gatherEvidence(
    { stories: newestFirst(stories), comparisons: newestFirst(lines) },
    { outcomes: [], comparisons: [], intents, isPractice: false, ...options },
  )
}

const range = <T>(count: number, of: (n: number) => T) => Array.from({ length: count }, (_, n) => of(n))
const BOTH = [story(0, 'acme/one', 1), story(1, 'acme/two', 0)]

test('recorded and imported comparisons become evidence, with the row of the prompt where it has outcomes', async () => {
  const file = join(folder, 'comparisons.jsonl')
  const imported = { model_a: 'acme/two', model_b: 'acme/one', winner: 'tie', prompt: 'question  1!' }
  writeFileSync(
    file,
    `${JSON.stringify(imported)}\n${JSON.stringify({ ...imported, prompt: 'Write a poem.' })}\n`,
  )
  const { outcomes, compared, sources } = await gather(BOTH, [comparison(0, 'acme/one', 'acme/two')], {
    comparisons: [file],
  })
  const row = (prompt: string) => outcomes.prompts.indexOf(prompt)
  assert.deepEqual(
    compared.map(({ a, b, result, row: at }) => [a, b, result, at]),
    [
      [0, 1, 1, row('Question 0')],
      [1, 0, 0, row('Question 1')],
      [1, 0, 0, undefined],
    ],
  )
  assert.equal(compared[0]!.intents.length, 1)
  assert.ok(compared[2]!.intents.length > 0, 'of a prompt without intents these are recognised')
  assert.deepEqual(
    sources.map(({ name, prompts }) => [name, prompts]),
    [
      ['ledger', 2],
      ['comparisons', 3],
    ],
  )
})

test('a model that only comparisons know is learned of from 30 of them on', async () => {
  const few = await gather(
    BOTH,
    range(29, (n) => comparison(n, 'acme/new', 'acme/one')),
  )
  assert.deepEqual(few.outcomes.models, ['acme/one', 'acme/two'])
  assert.equal(few.compared.length, 0)
  assert.match(few.comparisonsLeftOut[0]!.why, /without outcomes and with fewer than 30/)
  const many = await gather(
    BOTH,
    range(30, (n) => comparison(n, 'acme/new', 'acme/one')),
  )
  assert.deepEqual(many.outcomes.models, ['acme/new', 'acme/one', 'acme/two'])
  assert.equal(many.compared.length, 30)
})

test('comparisons alone are refused with what they are good for', async () => {
  await assert.rejects(
    gather([], [comparison(0, 'acme/one', 'acme/two')]),
    /nothing to learn from.*Comparisons alone do not do.*meritorder leaderboard/,
  )
  await assert.rejects(gather([]), ({ message }: Error) => !message.includes('Comparisons'))
})

test('what was said of simulated answers is left out on a real market, and counts on one to practise on', async () => {
  const stories = [...BOTH, story(2, 'acme/three', 1, { simulated: true })]
  const comparisons = [comparison(0, 'acme/one', 'acme/two', { simulated: true })]
  const real = await gather(stories, comparisons)
  assert.deepEqual(real.outcomes.models, ['acme/one', 'acme/two'])
  assert.equal(real.compared.length, 0)
  for (const { why } of [...real.leftOut, ...real.comparisonsLeftOut]) assert.match(why, /simulated provider/)
  const practice = await gather(stories, comparisons, { isPractice: true })
  assert.equal(practice.outcomes.models.length, 3)
  assert.equal(practice.compared.length, 1)
  await assert.rejects(
    gather([story(0, 'acme/one', 1, { simulated: true })]),
    /nothing to learn from.*most \(1\) were left out: each was answered by a simulated provider/,
  )
})

test('what was said of a model before it began to answer worse is left out, of others it counts', async () => {
  /** Right in four cases of five up to the 600th call, then in one of three. */
  const fell = range(900, (n) =>
    story(2 * n, 'acme/fell', n < 600 ? (n % 5 > 0 ? 1 : 0) : n % 3 === 0 ? 1 : 0),
  )
  const same = range(900, (n) => story(2 * n + 1, 'acme/same', n % 5 > 0 ? 1 : 0))
  const stories = fell.flatMap((one, n) => [one, same[n]!])
  const early = comparison(10, 'acme/fell', 'acme/same')
  const late = comparison(1_790, 'acme/fell', 'acme/same')
  const { outcomes, calls, compared, leftOut, comparisonsLeftOut } = await gather(stories, [early, late])
  const count = (model: number) =>
    outcomes.quality.filter((quality, cell) => cell % 2 === model && !Number.isNaN(quality)).length
  assert.ok(Math.abs(count(0) - 300) < 30, `${count(0)}`)
  assert.equal(count(1), 900)
  assert.equal(calls.length, count(0) + count(1))
  assert.equal(compared.length, 1)
  assert.deepEqual(
    [leftOut[0]!.why, comparisonsLeftOut[0]!.why].map((why) => /before it began to answer worse/.test(why)),
    [true, true],
  )
})
