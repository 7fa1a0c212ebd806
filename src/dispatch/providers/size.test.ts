import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'

const FOLDER = new URL('.', import.meta.url)

test('every file of a wire family has fewer than 80 lines', (t) => {
  const files = readdirSync(FOLDER).filter((name) => !name.endsWith('.test.ts'))
  assert.ok(files.length > 5)
  for (const file of files) {
    const lines = readFileSync(new URL(file, FOLDER), 'utf8').trimEnd().split('\n').length
    t.diagnostic(`${file.padEnd(26)} ${lines}`)
    assert.ok(lines < 80, `${file} has ${lines} lines`)
  }
})
