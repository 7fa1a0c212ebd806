import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import OpenAI from 'openai'
import { formatUsd, parseUsd } from '../money.ts'
import { chatCompletions } from './native/chat-completions.ts'
import { type RecordedRow, readRecording, recordingOf } from './recording.ts'
import { replayCatalog, replayer } from './replay.ts'
import { startSimulator } from './simulator.ts'

const rows: readonly RecordedRow[] = [
  {
    id: 'one',
    prompt: 'Write a function that adds two numbers.',
    responses: { 'gpt-4-1106-preview': 'def add(a, b):\r\n  return a + b — “done”', 'tiny-1b': 'add' },
    outcomes: {
      'gpt-4-1106-preview': { quality: 1, cost: 0.00067 },
      'tiny-1b': { quality: 0, cost: 0.000002 },
    },
  },
  {
    id: 'two',
    prompt: 'Write a function that sorts.',
    responses: { 'gpt-4-1106-preview': 'sorted', 'tiny-1b': 'sort sort' },
    outcomes: {
      'gpt-4-1106-preview': { quality: 1, cost: 0.0004, tokens: 9 },
      'tiny-1b': { quality: 1, cost: 0.000003 },
    },
  },
]
const lines = rows.map((row) => `${JSON.stringify(row)}\n`).join('')

async function withFile<T>(content: string | Buffer, use: (path: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'recording-'))
  try {
    await writeFile(join(folder, 'answers.jsonl'), content)
    return await use(join(folder, 'answers.jsonl'))
  } finally {
    await rm(folder, { recursive: true })
  }
}

test('a recording is read plain and gzipped', async () => {
  for (const content of [lines, gzipSync(lines)]) {
    const recording = await withFile(content, readRecording)
    assert.deepEqual(recording.models, ['gpt-4-1106-preview', 'tiny-1b'])
    assert.equal(recording.find('  Write a function that sorts.\n')?.id, 'two')
    assert.equal(recording.find('Write'), undefined)
  }
})

test('a missing file, a cut line and a wrong row are named', async () => {
  await assert.rejects(readRecording('/nowhere/answers.jsonl'), { code: 'not_found', message: /\/nowhere\// })
  await withFile(lines.slice(0, -5), (path) =>
    assert.rejects(readRecording(path), { code: 'unprocessable', message: /answers\.jsonl:2 is not JSON/ }),
  )
  await withFile('{"id":"x","prompt":"p"}\n', (path) =>
    assert.rejects(readRecording(path), { message: /answers\.jsonl:1: .*responses/s }),
  )
})

test('recorded answers come back word for word, streamed and whole, with the tokens that the cost bought', async () => {
  const recording = await withFile(lines, readRecording)
  const simulator = await startSimulator({ port: 0, latency: 'none', recording })
  const { providers, endpoints } = replayCatalog(simulator.url, recording)
  const client = new OpenAI({ baseURL: providers[0]?.baseUrl ?? '', apiKey: 'x', maxRetries: 0 })
  try {
    for (const { upstreamModel, price } of endpoints) {
      for (const { prompt, responses, outcomes } of rows) {
        const messages = [
          { role: 'system' as const, content: 'Be brief.' },
          { role: 'user' as const, content: prompt },
        ]
        const whole = await client.chat.completions.create({ model: upstreamModel, messages })
        const streamed = client.chat.completions.stream({ model: upstreamModel, messages })
        assert.equal(whole.choices[0]?.message.content, responses[upstreamModel])
        assert.equal((await streamed.finalMessage()).content, responses[upstreamModel])
        assert.equal(Object(whole).provider, 'recorded')
        const { prompt_tokens: sent = 0, completion_tokens: got = 0 } = whole.usage ?? {}
        const { cost, tokens } = outcomes[upstreamModel] ?? {}
        if (tokens !== undefined) assert.equal(got, tokens)
        else if (upstreamModel === 'gpt-4-1106-preview') {
          const bill =
            BigInt(sent) * parseUsd(price?.prompt ?? '') + BigInt(got) * parseUsd(price?.completion ?? '')
          assert.equal(formatUsd(bill), String(cost))
          assert.ok(Math.abs(sent - 17) <= 2, `prompt of ${sent} tokens`)
        }
      }
    }
    await assert.rejects(
      client.chat.completions.create({
        model: 'tiny-1b',
        messages: [{ role: 'user', content: 'Write a poem.' }],
      }),
      { status: 404, message: /none of the 2 recorded prompts/ },
    )
    await assert.rejects(
      client.chat.completions.create({
        model: 'gpt-5',
        messages: [{ role: 'user', content: rows[0]!.prompt }],
      }),
      { status: 404 },
    )
  } finally {
    await simulator.close()
  }
})

test('without a recording the provider of recorded answers has nothing', async () => {
  const simulator = await startSimulator({ port: 0, latency: 'none' })
  const client = new OpenAI({ baseURL: `${simulator.url}/recorded/v1`, apiKey: 'x', maxRetries: 0 })
  await assert.rejects(client.chat.completions.create({ model: 'm', messages: [] }), { status: 400 })
  const messages = [{ role: 'user' as const, content: 'x' }]
  await assert.rejects(client.chat.completions.create({ model: 'm', messages }), { status: 404 })
  await simulator.close()
})

test('known models have their slug and list price, others their own name and one fitted price', () => {
  const { models, endpoints, providers } = replayCatalog('http://127.0.0.1:9', recordingOf(rows))
  assert.deepEqual(
    models.map(({ slug }) => slug),
    ['openai/gpt-4-1106-preview', 'recorded/tiny-1b'],
  )
  assert.equal(providers[0]?.simulated, true)
  assert.deepEqual(endpoints[0]?.price, { prompt: '0.00001', completion: '0.00003' })
  const fitted = endpoints[1]?.price
  assert.equal(fitted?.prompt, fitted?.completion)
  // Two prompts of 10 + 7 and 7 + 7 tokens and answers of 1 and 3, for 5e-6 USD in all.
  assert.ok(Math.abs(Number(fitted?.prompt) - 5e-6 / 35) < 1e-15)
})

test('without recorded costs there is no price', () => {
  const [row] = rows
  const { endpoints } = replayCatalog(
    '',
    recordingOf([{ ...row!, responses: { 'tiny-1b': 'x' }, outcomes: {} }]),
  )
  assert.equal(endpoints[0]?.price, undefined)
})

const data = `${process.env.MERITORDER_DATA ?? '../shared/data'}/recorded-responses-mbpp.jsonl.gz`
test('the bill of every answer of the public recording is its recorded cost, to the femtodollar', async (t) => {
  const recording = await readRecording(data).catch(() => undefined)
  if (recording === undefined) return t.skip(`no ${data}: set MERITORDER_DATA to the folder that holds it`)
  const answer = replayer(recording)
  const prices = new Map(replayCatalog('', recording).endpoints.map((one) => [one.upstreamModel, one.price]))
  for (const { prompt, outcomes } of recording.rows) {
    for (const [model, { cost = 0 }] of Object.entries(outcomes)) {
      const request = chatCompletions.readRequest(
        { model, messages: [{ role: 'user', content: prompt }] },
        {},
      )
      const { promptTokens, completionTokens } = answer(request)
      const price = prices.get(model)
      const bill =
        BigInt(promptTokens) * parseUsd(price?.prompt ?? '') +
        BigInt(completionTokens) * parseUsd(price?.completion ?? '')
      assert.equal(
        bill,
        BigInt(Math.round(cost * 1e12)) * 1000n,
        `${model}: ${promptTokens} + ${completionTokens}`,
      )
      assert.ok(Math.abs(promptTokens - request.promptTokens) <= 2, `a prompt of ${promptTokens} tokens`)
    }
  }
})
