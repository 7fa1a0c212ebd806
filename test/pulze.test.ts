import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { z } from 'zod'
import { commandLineIn } from './command-line.ts'
import { startTestGateway, type TestGateway } from './start-test-gateway.ts'

/** Closed on purpose: what Pulze's router does not answer, its clients do not expect. */
const answerShape = z.strictObject({
  hits: z.array(
    z.strictObject({ id: z.string(), category: z.string(), similarity: z.number().min(0).max(1) }),
  ),
  scores: z.array(z.strictObject({ target: z.string(), score: z.number().min(0).max(1) })),
})

const POLITICS = 'politics-agent'
const CHITCHAT = 'chitchat-agent'

/** The key is `foo`. */
const YAML = `server:
  max_body_bytes: 20000
  keys:
    - name: team
      sha256: 2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae
`

let house: TestGateway
before(async () => {
  house = await startTestGateway(YAML)
})
after(() => house.close())

/** Asks as a client does whose base address is `…/compat/pulze/`. */
function ask(body: string, slash = '/'): Promise<Response> {
  const headers = { authorization: 'Bearer foo' }
  return fetch(`${house.gateway.url}/compat/pulze${slash}`, { method: 'POST', headers, body })
}

function utterance(i: number): string {
  const name = ['the mayor', 'the senator', 'the minister', 'the council'][i % 4]
  return i % 2 === 0
    ? `Which law did ${name} vote for in the parliament election of ${1900 + i}?`
    : `Lovely sunny weather today, how are you feeling, my friend number ${i}?`
}

const toPoint = (i: number) => ({
  point_uid: `point-${i}`,
  category: i % 2 === 0 ? 'politics' : 'chitchat',
  utterance: utterance(i),
  embedding: [0.1, -0.1],
})

async function expectText(answer: Response, status: number, text: RegExp): Promise<void> {
  assert.equal(answer.status, status)
  assert.match(answer.headers.get('content-type') ?? '', /^text\/plain/)
  assert.match(await answer.text(), text)
}

test('without a predictor, for what is no query and for strangers, the answer is a line of text', async () => {
  await expectText(await ask('{"query": "Hello"}'), 503, /^no predictor is in force.*meritorder fit.*\n$/)
  await expectText(await ask('{"query": '), 400, /^failed to parse request body\n$/)
  await expectText(await ask('["Hello"]'), 400, /^failed to parse request body\n$/)
  await expectText(await ask('{"query": ""}'), 400, /^query is required/)
  await expectText(await ask('{"query": ["Hello"]}'), 400, /^query is required/)
  await expectText(await ask(`{"query": "${'long '.repeat(5_000)}"}`), 413, /larger than 20000 bytes/)
  const stranger = await fetch(`${house.gateway.url}/compat/pulze/`, { method: 'POST', body: '{}' })
  await expectText(stranger, 401, /Authorization: Bearer/)
  assert.equal((await fetch(`${house.gateway.url}/compat/pulze/`)).status, 405)
})

test('imported points are learned from and answered with in the shape of Pulze’s router', {
  timeout: 120_000,
}, async () => {
  const numbers = Array.from({ length: 240 }, (_, i) => i)
  const path = (name: string) => join(house.folder, name)
  const write = (name: string, rows: readonly unknown[]) =>
    writeFileSync(path(name), rows.map((row) => JSON.stringify(row)).join('\n'))
  write('points.jsonl', numbers.map(toPoint))
  write(
    'targets.jsonl',
    numbers.flatMap((i) => [
      { point_uid: `point-${i}`, target: POLITICS, score: i % 2 === 0 ? 1 : 0 },
      { point_uid: `point-${i}`, target: CHITCHAT, score: i % 2 === 0 ? 0 : 1 },
    ]),
  )
  const { run } = commandLineIn(house.folder)
  const files = [path('points.jsonl'), path('targets.jsonl')]
  const imported = await run(['import', 'pulze', ...files, '--out', path('outcomes.jsonl'), '--json'])
  assert.equal(imported.code, 0, imported.stderr)
  assert.deepEqual(JSON.parse(imported.stdout), {
    file: path('outcomes.jsonl'),
    kind: 'outcomes',
    lines: 240,
    models: [CHITCHAT, POLITICS],
    left_out: [],
  })
  const home = { MERITORDER_HOME: path('data') }
  const fitted = await run(['fit', '--data', path('outcomes.jsonl')], home)
  assert.equal(fitted.code, 0, fitted.stderr)

  const query = 'Which law did the senator vote for in the parliament?'
  let answer = await ask(JSON.stringify({ query, truncate_strategy: 3 }))
  while (answer.status === 503) {
    await new Promise((resolve) => setTimeout(resolve, 50))
    answer = await ask(JSON.stringify({ query, truncate_strategy: 3 }))
  }
  assert.equal(answer.status, 200)
  assert.match(answer.headers.get('content-type') ?? '', /^application\/json/)
  const { hits, scores } = answerShape.parse(await answer.json())
  assert.equal(hits.length, 10)
  assert.ok(hits.every(({ id, category }) => category === 'politics' && /^point-\d+$/.test(id)))
  assert.deepEqual(
    hits.map(({ similarity }) => similarity),
    hits.map(({ similarity }) => similarity).sort((a, b) => b - a),
  )
  assert.deepEqual(
    scores.map(({ target }) => target),
    [POLITICS, CHITCHAT],
  )
  assert.ok(scores[0]!.score > 0.8 && scores[1]!.score < 0.2, JSON.stringify(scores))

  const small = answerShape.parse(await (await ask(JSON.stringify({ query: utterance(1) }), '')).json())
  assert.equal(small.scores[0]!.target, CHITCHAT)
})
