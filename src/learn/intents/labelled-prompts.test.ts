import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { MeritorderError } from '../../errors.ts'
import { readLabelledPrompts, readPromptFolder } from './labelled-prompts.ts'

const folder = mkdtempSync(join(tmpdir(), 'meritorder-prompts-'))
after(() => rmSync(folder, { recursive: true, force: true }))

function file(content: string | Uint8Array, name = 'prompts.jsonl'): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

function refusal(content: string | Uint8Array): string {
  try {
    readLabelledPrompts(file(content))
  } catch (error) {
    assert.ok(error instanceof MeritorderError, String(error))
    return error.message
  }
  return 'accepted'
}

const ROW = '{"id":"a","prompt":"Rank these teas","intent":"ranking"}\n'

test('plain and gzipped files are read alike, empty lines skipped', () => {
  const expected = [{ prompt: 'Rank these teas', intent: 'ranking' }]
  assert.deepEqual(readLabelledPrompts(file(`${ROW}\n`)), expected)
  assert.deepEqual(readLabelledPrompts(file(gzipSync(ROW), 'prompts.jsonl.gz')), expected)
})

test('Auto-J’s post_summarization is text_summarization', () => {
  const [prompt] = readLabelledPrompts(file('{"prompt":"TL;DR?","intent":"post_summarization"}'))
  assert.equal(prompt?.intent, 'text_summarization')
})

test('what is wrong is named with its file and line', () => {
  assert.match(refusal(`${ROW}{"prompt": `), /prompts\.jsonl:2: this line is no JSON/)
  assert.match(refusal(`${ROW}\n[1]`), /prompts\.jsonl:3: this line is no JSON object/)
  assert.match(refusal('{"intent":"ranking"}'), /:1: there is no "prompt"/)
  assert.match(refusal('{"prompt":" ","intent":"ranking"}'), /:1: there is no "prompt"/)
  assert.match(refusal('{"prompt":"x"}'), /:1: there is no "intent"/)
  assert.match(refusal('{"prompt":"x","intent":"juggling"}'), /:1: "juggling" is no intent we know/)
})

test('files that are missing, empty, cut short or no text are refused', () => {
  assert.throws(() => readLabelledPrompts(join(folder, 'nowhere.jsonl')), { code: 'not_found' })
  assert.match(refusal('\n'), /holds no prompts/)
  assert.match(refusal(gzipSync(ROW.repeat(9)).subarray(0, 40)), /cut short/)
  assert.match(refusal(Uint8Array.of(0x22, 0xff, 0xfe)), /neither UTF-8/)
})

test('a folder is read by intent, then by language', () => {
  const prompts = join(folder, 'prompts')
  mkdirSync(join(prompts, 'languages'), { recursive: true })
  writeFileSync(join(prompts, 'chitchat.jsonl'), '{"prompt":"Moin!","language":"de"}\n')
  writeFileSync(join(prompts, 'planning.jsonl'), '{"prompt":"Plan my day"}\n')
  writeFileSync(join(prompts, 'languages', 'fr.jsonl'), '{"prompt":"Salut","intent":"chitchat"}\n')
  assert.deepEqual(readPromptFolder(prompts), [
    { prompt: 'Plan my day', intent: 'planning' },
    { prompt: 'Moin!', intent: 'chitchat', language: 'de' },
    { prompt: 'Salut', intent: 'chitchat', language: 'fr' },
  ])
  writeFileSync(join(prompts, 'juggling.jsonl'), '')
  assert.throws(() => readPromptFolder(prompts), /juggling\.jsonl is named for no intent/)
})
