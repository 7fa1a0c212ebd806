import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { FAMILIES } from '../../market/families.ts'

test('every wire family is one file of fewer than 80 lines', (t) => {
  for (const family of FAMILIES) {
    const source = readFileSync(new URL(`${family}.ts`, import.meta.url), 'utf8')
    const lines = source.trimEnd().split('\n').length
    t.diagnostic(`${family.padEnd(20)} ${lines}`)
    assert.ok(lines < 80, `${family}.ts has ${lines} lines`)
  }
})
