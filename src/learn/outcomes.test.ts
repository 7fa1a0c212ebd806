import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { MeritorderError } from '../errors.ts'
import { outcomesOf, readOutcomes } from './outcomes.ts'

const folder = mkdtempSync(join(tmpdir(), 'meritorder-outcomes-'))
after(() => rmSync(folder, { recursive: true, force: true }))

function file(lines: readonly unknown[], name = 'outcomes.jsonl'): string {
  const path = join(folder, name)
  const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n')
  writeFileSync(path, name.endsWith('.gz') ? gzipSync(text) : text)
  return path
}

function refusal(lines: readonly unknown[]): string {
  try {
    readOutcomes(file(lines))
  } catch (error) {
    assert.ok(error instanceof MeritorderError, String(error))
    assert.equal(error.code, 'invalid_request')
    return error.message
  }
  return 'accepted'
}

const LINE = { id: 'a', prompt: 'Hi', outcomes: { 'acme/one': { quality: 1, cost: 0.5 } } }

test('prompts and messages, plain and packed, are laid out by model name; what is not known is NaN', () => {
  const lines = [
    { ...LINE, task: 'greeting' },
    { id: 'b', messages: [{ role: 'user', content: 'Bye' }], outcomes: { 'acme/0': { quality: 0.25 } } },
  ]
  for (const name of ['outcomes.jsonl', 'outcomes.jsonl.gz']) {
    const outcomes = readOutcomes(file(lines, name))
    assert.deepEqual(outcomes.models, ['acme/0', 'acme/one'])
    assert.deepEqual(outcomes.prompts, ['Hi', 'Bye'])
    assert.deepEqual(outcomes.tasks, ['greeting', undefined])
    assert.deepEqual([...outcomes.quality], [Number.NaN, 1, 0.25, Number.NaN])
    assert.deepEqual([...outcomes.costUsd], [Number.NaN, 0.5, Number.NaN, Number.NaN])
  }
})

test('what is no outcome is refused with its file and line', () => {
  const quality = (value: unknown) => ({ ...LINE, outcomes: { m: { quality: value } } })
  assert.match(refusal([LINE, '{"id": ']), /outcomes\.jsonl:2 is no JSON/)
  assert.match(refusal([[1]]), /:1 is no JSON object/)
  assert.match(refusal([{ ...LINE, prompt: 7 }]), /:1 has neither a "prompt" nor "messages"/)
  assert.match(refusal([{ ...LINE, id: '' }]), /:1 has no "id"/)
  assert.match(refusal([{ ...LINE, outcomes: {} }]), /:1 has no outcome of any model/)
  assert.match(refusal([quality(1.2)]), /:1 says quality 1\.2 for m.*from 0 to 1/)
  assert.match(refusal([quality('1')]), /quality "1"/)
  assert.match(refusal([quality(null)]), /quality null/)
  assert.match(refusal(['{"id":"a","prompt":"x","outcomes":{"m":{"quality":NaN}}}']), /:1 is no JSON/)
  assert.match(refusal([{ ...LINE, outcomes: { m: { quality: 1, cost: -1 } } }]), /cost -1 for m/)
  assert.match(refusal(['']), /holds no prompt/)
})

test('a file that is not there, or is not packed though it says so, is refused by name', () => {
  assert.throws(() => readOutcomes(join(folder, 'nowhere.jsonl')), /nowhere\.jsonl cannot be read/)
  const path = join(folder, 'plain.jsonl.gz')
  writeFileSync(path, 'not packed')
  assert.throws(() => readOutcomes(path), /plain\.jsonl\.gz cannot be read/)
})

test('more prompts times models than memory is meant to hold are refused before they take it', () => {
  const lines = Array.from({ length: 6_400 }, (_, i) => ({
    ...LINE,
    outcomes: { [`acme/${i}`]: { quality: 1 } },
  }))
  assert.throws(
    () => outcomesOf(lines, 'ledger'),
    /^MeritorderError: 6,400 prompts with outcomes of 6,400 models are more than memory is meant to hold/,
  )
})
