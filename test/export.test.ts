import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { parquetReadObjects } from 'hyparquet'
import { PARQUET_CODECS } from '../src/files/parquet-codecs.ts'
import { commandLineIn } from './command-line.ts'
import { startTestGateway, type TestGateway } from './start-test-gateway.ts'

let t: TestGateway
let run: ReturnType<typeof commandLineIn>['run']
before(async () => {
  t = await startTestGateway()
  run = commandLineIn(t.folder).run
})
after(() => t.close())

async function call(path: string, body: object): Promise<string> {
  const reply = await fetch(`${t.gateway.url}/v1${path}`, { method: 'POST', body: JSON.stringify(body) })
  await reply.text()
  return reply.headers.get('x-generation-id')!
}

const ask = (model: string, content: string) =>
  call('/chat/completions', { model, messages: [{ role: 'user', content }] })
const rate = (generation_id: string, what: object) => call('/feedback', { generation_id, ...what })

test('rated calls become outcomes: one prompt a line, whoever answered it, in whatever dialect', async () => {
  const names = await servedModels()
  for (const [i, model] of names.entries()) {
    await rate(await ask(model, 'Correct: he go.'), { thumb: i === 0 ? 'up' : 'down' })
    await rate(await ask(model, 'Correct: he go.'), { score: 0.5, thumb: 'down' })
  }
  await rate(await call('/completions', { model: names[0], prompt: 'Say hello.' }), { score: 1 })
  await rate(await ask(names[0]!, 'unrated'), { comment: 'hm' })
  const { code, stdout, stderr } = await run([
    ...['export', 'outcomes', '--simulated', '--url', t.gateway.url, '--out', 'outcomes.jsonl', '--json'],
  ])
  assert.equal(code, 0, stderr)
  const report = JSON.parse(stdout)
  assert.deepEqual([report.prompts, report.models], [2, [...names].sort()])
  assert.deepEqual(
    report.left_out.map(({ why, lines }: { why: string; lines: number }) => [why, lines]),
    [['has neither a score nor a thumb', 1]],
  )
  const lines = readFileSync(join(t.folder, 'outcomes.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  const qualityOf = (line: { outcomes: Record<string, { quality: number }> }, name: string) =>
    line.outcomes[name]?.quality
  const [hello, correct] = lines
  assert.deepEqual(hello.messages, [{ role: 'user', content: 'Say hello.' }])
  assert.equal(qualityOf(hello, names[0]!), 1)
  assert.deepEqual([qualityOf(correct, names[0]!), qualityOf(correct, names[1]!)], [0.75, 0.25])
  assert.ok(correct.outcomes[names[0]!].tokens > 0)
  assert.ok(correct.outcomes[names[0]!].cost > 0)
  // The file is what evaluating takes.
  assert.equal((await run(['eval', '--data', 'outcomes.jsonl', '--folds', '2'])).code, 0)
})

test('answers of simulated providers are no outcomes unless they are asked for', async () => {
  const { code, stderr } = await run([
    ...['export', 'outcomes', '--url', t.gateway.url, '--out', 'real.jsonl'],
  ])
  assert.equal(code, 1)
  assert.match(stderr, /answered by a simulated provider \(--simulated takes such calls too\)/)
  assert.equal(existsSync(join(t.folder, 'real.jsonl')), false)
})

test('whole calls are written page by page, packed, and narrowed by filters', async () => {
  const [model] = await servedModels()
  for (let i = 0; i < 120; i++) await ask(model!, `many ${i}`)
  const { code, stdout, stderr } = await run([
    ...[
      'export',
      'generations',
      '--url',
      t.gateway.url,
      '--text',
      'many',
      '--out',
      'calls.jsonl.gz',
      '--json',
    ],
  ])
  assert.equal(code, 0, stderr)
  assert.equal(JSON.parse(stdout).calls, 120)
  const stories = gunzipSync(readFileSync(join(t.folder, 'calls.jsonl.gz')))
    .toString()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  assert.equal(new Set(stories.map(({ id }) => id)).size, 120)
  assert.equal(stories[0].request.messages[0].content, 'many 119')
  assert.ok(stories[0].answer.length > 0)
})

test('as Parquet, calls are rows that a database reads: times, counts and costs typed, lists as JSON', async () => {
  const [model] = await servedModels()
  await rate(await ask(model!, 'parquet please'), { thumb: 'up' })
  const { code, stdout, stderr } = await run([
    ...['export', 'generations', '--url', t.gateway.url, '--text', 'parquet please'],
    ...['--out', 'calls.parquet', '--json'],
  ])
  assert.equal(code, 0, stderr)
  assert.equal(JSON.parse(stdout).calls, 1)
  const bytes = readFileSync(join(t.folder, 'calls.parquet'))
  const [row] = await parquetReadObjects({
    file: new Uint8Array(bytes).buffer,
    compressors: PARQUET_CODECS,
  })
  assert.equal(row?.model, model)
  assert.ok(row?.created_at instanceof Date)
  assert.ok(row.total_cost > 0 && row.tokens_prompt > 0)
  assert.equal(JSON.parse(row.request).messages[0].content, 'parquet please')
  assert.equal(JSON.parse(row.ratings)[0].kind, 'thumb')
  assert.ok(row.answer.length > 0)
})

test('a Parquet file of no calls has the columns and no rows', async () => {
  const { code, stderr } = await run([
    ...['export', 'generations', '--url', t.gateway.url, '--model', 'no/body', '--out', 'none.parquet'],
  ])
  assert.equal(code, 0, stderr)
  const bytes = readFileSync(join(t.folder, 'none.parquet'))
  assert.deepEqual(
    await parquetReadObjects({
      file: new Uint8Array(bytes).buffer,
      compressors: PARQUET_CODECS,
    }),
    [],
  )
})

test('where nothing is rated there is nothing to learn from, and no file', async () => {
  const { code, stderr } = await run([
    ...['export', 'outcomes', '--url', t.gateway.url, '--model', 'no/body', '--out', 'none.jsonl'],
  ])
  assert.equal(code, 1)
  assert.match(stderr, /no rated call.*docs\/feedback\.md/)
  assert.equal(existsSync(join(t.folder, 'none.jsonl')), false)
})

test('a filter that is wrong leaves the file as it was', async () => {
  writeFileSync(join(t.folder, 'kept.jsonl'), 'kept')
  const { code, stderr } = await run([
    ...['export', 'generations', '--url', t.gateway.url, '--rated', 'maybe', '--out', 'kept.jsonl'],
  ])
  assert.equal(code, 1)
  assert.match(stderr, /rated must be/)
  assert.equal(readFileSync(join(t.folder, 'kept.jsonl'), 'utf8'), 'kept')
})

/** Two models that the practice market sells. */
async function servedModels(): Promise<string[]> {
  const reply = await fetch(`${t.gateway.url}/v1/models`)
  const { data } = (await reply.json()) as { data: { id: string }[] }
  return data
    .map(({ id }) => id)
    .filter((id) => id !== 'auto')
    .slice(0, 2)
}
