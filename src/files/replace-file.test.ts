import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { replaceFileWith } from './replace-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'meritorder-replace-'))
after(() => rmSync(folder, { recursive: true, force: true }))

test('a file whose pieces fail before the first one keeps what it held, and nothing lies beside it', async () => {
  const path = join(folder, 'kept.txt')
  writeFileSync(path, 'old')
  const pieces: AsyncIterable<string> = {
    [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('nobody answers')) }),
  }
  for (let i = 0; i < 20; i++) await assert.rejects(replaceFileWith(path, pieces), /nobody answers/)
  await new Promise(setImmediate)
  assert.deepEqual(readdirSync(folder), ['kept.txt'])
  assert.equal(readFileSync(path, 'utf8'), 'old')
})
