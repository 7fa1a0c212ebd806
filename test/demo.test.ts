import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { type DemoTraffic, driveDemo } from '../bench/demo-traffic.ts'
import { type RecordedRow, type Recording, readRecording, recordingOf } from '../src/simulate/recording.ts'

const SMALL: readonly RecordedRow[] = [
  'adds two numbers',
  'sorts a list',
  'finds the longest word',
  'removes spaces',
].map((task, at) => ({
  id: `small.${at}`,
  prompt: `Write a function that ${task}.`,
  responses: { 'gpt-4-1106-preview': `# ${task}, well done`, 'mistralai/mistral-7b-chat': `# ${task}` },
  outcomes: {
    'gpt-4-1106-preview': { quality: 1, cost: 0.0064 },
    'mistralai/mistral-7b-chat': { quality: 0, cost: 0.00006 },
  },
}))

function assertWhole({ calls, failures }: DemoTraffic, { rows }: Recording): void {
  assert.deepEqual(failures, [])
  assert.deepEqual(calls.map(({ promptId }) => promptId).sort(), rows.map(({ id }) => id).sort())
  const byId = new Map(rows.map((row) => [row.id, row]))
  for (const { promptId, model, costUsd, overheadMs } of calls) {
    const recorded = byId.get(promptId)?.outcomes[model]?.cost
    assert.ok(recorded !== undefined, `${model} is none of the recorded models`)
    assert.ok(Math.abs(costUsd - recorded) < 1e-12, `${promptId}: billed ${costUsd}, recorded ${recorded}`)
    assert.ok(overheadMs >= 0)
  }
}

test('recorded prompts sent to "auto" come back whole, from a recorded model, each with a record that bills it exactly', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'demo-test-'))
  const path = join(folder, 'answers.jsonl')
  await writeFile(path, SMALL.map((row) => `${JSON.stringify(row)}\n`).join(''))
  const told: number[] = []
  try {
    const recording = recordingOf(SMALL)
    assertWhole(await driveDemo(recording, path, 'auto', (answered) => told.push(answered)), recording)
    assert.deepEqual(told, [1, 2, 3, 4])
  } finally {
    await rm(folder, { recursive: true })
  }
})

const data = `${process.env.MERITORDER_DATA ?? '../shared/data'}/recorded-responses-mbpp.jsonl.gz`
test('all prompts of the public recording are answered, recorded and billed as recorded', async (t) => {
  const recording = await readRecording(data).catch(() => undefined)
  if (recording === undefined) return t.skip(`no ${data}: set MERITORDER_DATA to the folder that holds it`)
  assertWhole(await driveDemo(recording, data, 'auto', () => {}), recording)
})
