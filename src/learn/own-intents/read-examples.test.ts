import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { sampleTickets } from '../../../test/sample-tickets.ts'
import { readExamples } from './read-examples.ts'

const folder = mkdtempSync(join(tmpdir(), 'meritorder-examples-'))
after(() => rmSync(folder, { recursive: true, force: true }))

function file(content: string | Uint8Array, name: string): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

const tickets = sampleTickets(22)
const lines = tickets.map((prompt) => JSON.stringify({ prompt })).join('\n')

test('lines of text and JSON lines, plain or gzipped, are read alike', () => {
  const expected = { prompts: tickets, repeated: 0 }
  assert.deepEqual(readExamples(file(`${tickets.join('\n\n')}\n`, 'a.txt')), expected)
  assert.deepEqual(readExamples(file(tickets.join('\r\n'), 'crlf.txt')), expected)
  assert.deepEqual(readExamples(file(lines, 'a.jsonl')), expected)
  assert.deepEqual(readExamples(file(gzipSync(lines), 'a.jsonl.gz')), expected)
})

test('JSON is never taken for prompts, whatever the file is called', () => {
  assert.deepEqual(readExamples(file(lines, 'b.txt')).prompts, tickets)
  assert.throws(() => readExamples(file(`${lines}\nand then?`, 'c.txt')), /c\.txt:23: this line is no JSON/)
  assert.throws(
    () => readExamples(file(`${lines}\n{"text":"x"}`, 'c.jsonl')),
    /c\.jsonl:23: there is no "prompt"/,
  )
})

test('prompts that say nearly the same count once', () => {
  const again = tickets.map((ticket) => `${ticket.toUpperCase()}!`)
  assert.deepEqual(readExamples(file([...tickets, ...again].join('\n'), 'd.txt')), {
    prompts: tickets,
    repeated: 22,
  })
})

test('too few different prompts are refused, and counted', () => {
  const few = [...tickets.slice(0, 19), ...tickets.slice(0, 5)]
  assert.throws(
    () => readExamples(file(few.join('\n'), 'e.txt')),
    /holds 19 different prompts \(of 24, some nearly the same\); an intent needs at least 20/,
  )
  assert.throws(() => readExamples(file('', 'f.txt')), /holds 0 different prompts; /)
})

test('a file that is too long, missing or no text is refused', () => {
  assert.throws(
    () => readExamples(file('Answer this.\n'.repeat(1001), 'g.txt')),
    /1000 varied ones are the most/,
  )
  assert.throws(() => readExamples(join(folder, 'nowhere.txt')), { code: 'not_found' })
  assert.throws(() => readExamples(file(Uint8Array.of(0x22, 0xff, 0xfe), 'h.txt')), /neither UTF-8/)
})
